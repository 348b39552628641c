/* What members say: lines and votes, each with a number that is found again in what arrives. */
#ifndef POSTS_H
#define POSTS_H

#include "member.h"

/* One command sent: a line said, or a vote. Its number is in its id and in its text. */
struct post {
    uint64_t sent, slowest;
    uint32_t due, arrived;
    int32_t option; /* of a vote; -1 for a line */
    bool answered, refused, again; /* again: sent more than once, its delay says nothing */
};

extern struct post *posts; /* posts[1] is the first */
extern uint32_t post_count;

void prepare_posts(void);
/* Say one line; false when no sender can. */
bool say(int senders);
void vote(struct member *member, int option);
/* Send the command that has no answer yet once more, with the same id. */
void send_again(struct member *member);
/* The id of command `number`, 36 characters and a zero. */
void write_id(char *out, uint32_t number);

#endif
