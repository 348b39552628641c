/* The members a load client plays: one connection each, in our protocol or in a peer's. */
#ifndef MEMBER_H
#define MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ROOM speaks our protocol, ECHO sends JSON that comes back to all, SOCKETIO the same in its
 * framing (Engine.IO 4). */
enum kind { ROOM, ECHO, SOCKETIO };
enum { MAX_TEXT = 16384 }; /* bytes of a message, as MAX_MESSAGE_BYTES */
enum state { AWAY, CONNECTING, UPGRADING, GREETING, READY, STALLED };

struct member {
    int fd;
    enum state state;
    unsigned tries; /* since it was last READY */
    uint64_t due; /* AWAY: when to try again; 0: never */
    uint64_t began; /* first attempt of this absence */
    uint64_t seq; /* newest durable event seen */
    uint64_t resend_at;
    uint64_t voters; /* newest tally seen */
    uint32_t pending; /* number of the command that has no answer yet; 0: none */
    uint32_t bye_ms; /* when the server wishes us back, +1; 0: it said nothing */
    char epoch[65];
    uint8_t *rest; /* beginning of a frame whose end has not come */
    size_t rest_size, rest_room;
};

struct setting {
    enum kind kind;
    int port, announce_port, version, receive_buffer;
    const char *path;
    char **tickets;
    int poll;
    int text_size;
    double least_ms, most_ms; /* back-off with full jitter, as the browser's */
    bool come_back;
};

extern struct setting setting;
extern struct member *members;
extern int member_count, ready_count, busy_count;
extern int timers; /* how many `due` and `resend_at` are set */
extern uint64_t cut_every; /* nanoseconds between two random cuts; 0: none */
extern uint64_t cut_pause; /* how long a cut member stays away; 0: by back-off */

void prepare_members(int most);
/* Begin the connection of the next member. */
void open_next(void);
/* Wait at most `ms` for the network, then handle it and every timer that is due. */
void pump(int ms);
void send_frame(struct member *member, int opcode, const void *text, size_t size);
/* Stop reading; what was asked of the kernel's buffer at opening stays. */
void stall(struct member *member);

#endif
