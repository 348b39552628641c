#include "posts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "figures.h"
#include "wire.h"

struct post *posts;
uint32_t post_count;

static int announcer = -1;
static uint32_t post_room, run_mark;

void prepare_posts(void)
{
    if (getrandom(&run_mark, sizeof run_mark, 0) < 0)
        run_mark = (uint32_t)now_ns();
    if (setting.announce_port)
        announcer = socket(AF_INET, SOCK_DGRAM, 0);
}

void write_id(char *out, uint32_t number)
{
    snprintf(out, 37, "%08x-0000-4000-8000-%012x", run_mark, number);
}

static uint32_t new_post(int option)
{
    if (post_count + 1 >= post_room) {
        post_room = post_room ? post_room * 2 : 4096;
        posts = realloc(posts, post_room * sizeof *posts);
    }
    posts[++post_count] = (struct post){.sent = now_ns(), .option = option};
    return post_count;
}

/* "@17@xxxx": the number is found again in what arrives. */
static int write_text(char *out, uint32_t number)
{
    int size = snprintf(out, 16, "@%u@", number);
    while (size < setting.text_size)
        out[size++] = 'x';
    out[size] = 0;
    return size;
}

static void send_post(struct member *one, uint32_t number)
{
    char id[37], text[MAX_TEXT / 2], out[MAX_TEXT];
    int size;
    write_id(id, number);
    write_text(text, number);
    if (setting.kind == SOCKETIO)
        size = snprintf(out, sizeof out, "42[\"m\",{\"type\":\"chat\",\"text\":\"%s\"}]", text);
    else if (setting.kind == ECHO)
        size = snprintf(out, sizeof out, "{\"type\":\"chat\",\"text\":\"%s\"}", text);
    else if (posts[number].option >= 0)
        size = snprintf(out, sizeof out,
                        "{\"type\":\"poll.vote\",\"id\":\"%s\",\"poll\":%d,\"options\":[%d]}", id,
                        setting.poll, posts[number].option);
    else
        size = snprintf(out, sizeof out, "{\"type\":\"chat.post\",\"id\":\"%s\",\"text\":\"%s\"}",
                        id, text);
    send_frame(one, OP_TEXT, out, (size_t)size);
}

void send_again(struct member *one)
{
    figures.resent++;
    posts[one->pending].again = true;
    send_post(one, one->pending);
}

static void send_datagram(uint32_t number)
{
    char text[MAX_TEXT / 2];
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)setting.announce_port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int size = write_text(text, number);
    sendto(announcer, text, (size_t)size, 0, (struct sockaddr *)&there, sizeof there);
}

static void post(struct member *one, int option)
{
    uint32_t number = new_post(option);
    figures.sent++;
    figures.last_post = posts[number].sent;
    if (option < 0)
        figures.due += posts[number].due = (uint32_t)ready_count;
    if (announcer >= 0) {
        send_datagram(number);
        return;
    }
    if (setting.kind == ROOM)
        one->pending = number;
    send_post(one, number);
}

bool say(int senders)
{
    static uint32_t turn;
    for (int tried = 0; tried < senders; tried++) {
        struct member *one = &members[turn++ % (uint32_t)senders];
        if (one->state == READY && !one->pending) {
            post(one, -1);
            return true;
        }
    }
    return false;
}

void vote(struct member *one, int option)
{
    post(one, option);
}
