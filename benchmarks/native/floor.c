/* The physical floor of a fan-out: an epoll server that does nothing but send().
 *
 *     floor PORT
 *
 * Every text frame that arrives is framed once and sent to every connection on 127.0.0.1. No JSON,
 * no queue, no rights: whatever a real server adds is measured against this.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

#include "wire.h"

enum { MAX_CONNECTIONS = 100000, MAX_PAYLOAD = 16384, EVENTS = 256 };

static const char ANSWER[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: " WS_ACCEPT "\r\n\r\n";

struct connection {
    int fd;
    int place; /* in `members`, -1 before the upgrade */
};

static struct connection *members[MAX_CONNECTIONS];
static int count;
static int poller;

static void leave(struct connection *one)
{
    if (one->place >= 0) {
        members[one->place] = members[--count];
        members[one->place]->place = one->place;
    }
    close(one->fd);
    free(one);
}

static void fan_out(const uint8_t *frame, size_t size)
{
    for (int i = 0; i < count; i++)
        if (send(members[i]->fd, frame, size, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)size)
            fprintf(stderr, "floor: a socket buffer is full: %s\n", strerror(errno));
}

static void hear(uint8_t *in, size_t left)
{
    static uint8_t out[MAX_HEAD + MAX_PAYLOAD];
    struct frame frame;
    while (get_frame(in, left, &frame) && frame.size <= MAX_PAYLOAD) {
        size_t head = put_head(out, OP_TEXT, frame.size, false);
        for (size_t i = 0; i < frame.size; i++)
            out[head + i] = frame.payload[i] ^ (frame.mask ? frame.mask[i & 3] : 0);
        if (frame.opcode == OP_TEXT)
            fan_out(out, head + frame.size);
        in += frame.whole;
        left -= frame.whole;
    }
}

static void serve(struct connection *one)
{
    static uint8_t in[65536];
    ssize_t got = recv(one->fd, in, sizeof in, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        leave(one);
    } else if (one->place >= 0) {
        hear(in, (size_t)got);
    } else {
        send(one->fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
        one->place = count;
        members[count++] = one;
    }
}

static void welcome(int listener)
{
    int fd, on = 1;
    while (count < MAX_CONNECTIONS - 1 && (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *one = malloc(sizeof *one);
        *one = (struct connection){fd, -1};
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = one};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    }
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&here, sizeof here) || listen(fd, 4096)) {
        perror("floor");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    int listener = listen_on(atoi(argv[1]));
    poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN}, events[EVENTS];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(poller, events, EVENTS, -1);
        for (int i = 0; i < ready; i++)
            if (events[i].data.ptr)
                serve(events[i].data.ptr);
            else
                welcome(listener);
    }
}
