#define _GNU_SOURCE
#include "member.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "events.h"
#include "figures.h"
#include "posts.h"
#include "wire.h"

enum { EVENTS = 512, READ = 1 << 20, MAX_FRAME = 2 << 20, MS = 1000000 };

struct setting setting = {.path = "/", .least_ms = 300, .most_ms = 10000};
struct member *members;
int member_count, ready_count, busy_count, timers;
uint64_t cut_every, cut_pause;

static int capacity, poller;
static uint64_t next_cut, next_look;

/* ---- connecting and losing the line */

void prepare_members(int most)
{
    capacity = most;
    members = calloc((size_t)most, sizeof *members);
    poller = epoll_create1(0);
    srand48((long)now_ns());
    prepare_posts();
}

static void watch(struct member *one, int how, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.ptr = one};
    epoll_ctl(poller, how, one->fd, &event);
}

static double jitter_ms(unsigned tries)
{
    double bound = setting.least_ms * (double)(2u << (tries < 15 ? tries : 15));
    bound = bound < setting.most_ms ? bound : setting.most_ms;
    return setting.least_ms + drand48() * (bound - setting.least_ms);
}

static void lose(struct member *one)
{
    bool was_ready = one->state == READY;
    ready_count -= was_ready;
    busy_count -= one->state >= CONNECTING && one->state <= GREETING;
    figures.lost_lines += was_ready;
    close(one->fd);
    one->fd = -1;
    one->rest_size = 0;
    bool back = setting.come_back && one->state != STALLED;
    double wait = one->bye_ms ? one->bye_ms - 1 : jitter_ms(one->tries);
    one->due = back ? now_ns() + (uint64_t)(wait * MS) + 1 : 0;
    timers += back;
    if (was_ready)
        one->began = 0;
    one->bye_ms = 0;
    one->state = AWAY;
    one->tries++;
}

static void begin(struct member *one)
{
    int on = 1;
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)setting.port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    one->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (one->fd < 0) {
        perror("wsload: socket");
        exit(1);
    }
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (setting.receive_buffer)
        setsockopt(one->fd, SOL_SOCKET, SO_RCVBUF, &setting.receive_buffer, sizeof(int));
    one->began = one->began ? one->began : now_ns();
    one->state = CONNECTING;
    busy_count++;
    figures.attempts++;
    connect(one->fd, (struct sockaddr *)&there, sizeof there);
    watch(one, EPOLL_CTL_ADD, EPOLLOUT | EPOLLIN);
}

void open_next(void)
{
    if (member_count < capacity)
        begin(&members[member_count++]);
}

static void cut(struct member *one)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(one->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    lose(one);
    if (cut_pause && one->due)
        one->due = now_ns() + cut_pause / 2 + (uint64_t)(drand48() * (double)cut_pause);
}

void stall(struct member *one)
{
    watch(one, EPOLL_CTL_DEL, 0);
    ready_count -= one->state == READY;
    one->state = STALLED;
}

/* ---- what comes in */

void send_frame(struct member *one, int opcode, const void *text, size_t size)
{
    uint8_t out[MAX_HEAD + MAX_TEXT];
    size_t head = put_head(out, opcode, size, true);
    memcpy(out + head, text, size);
    if (send(one->fd, out, head + size, MSG_NOSIGNAL) != (ssize_t)(head + size) && errno == EAGAIN)
        fprintf(stderr, "wsload: the server does not read\n");
}

static void greet(struct member *one)
{
    char out[MAX_TEXT];
    int size = snprintf(
        out, sizeof out,
        "{\"type\":\"hello\",\"ticket\":\"%s\",\"version\":%d,\"epoch\":\"%s\",\"last_seq\":%llu}",
        setting.tickets[one - members], setting.version, one->epoch, (unsigned long long)one->seq);
    one->state = GREETING;
    send_frame(one, OP_TEXT, out, (size_t)size);
}

static void be_ready(struct member *one)
{
    one->state = READY;
    one->tries = 0;
    busy_count--;
    ready_count++;
    figures.returns++;
    figures.last_ready = now_ns();
    note(&figures.entered, figures.last_ready - one->began);
    one->began = 0;
    if (one->pending && setting.kind == ROOM) {
        send_again(one);
    }
}

static void hear_text(struct member *one, const char *text, size_t size, uint64_t at)
{
    figures.frames++;
    if (setting.kind == ROOM) {
        bool welcome = hear_room(one, text, text + size, at);
        if (welcome && one->state == GREETING)
            be_ready(one);
    } else if (setting.kind == SOCKETIO && size && text[0] != '4') {
        if (text[0] == '0')
            send_frame(one, OP_TEXT, "40", 2);
        else if (text[0] == '2')
            send_frame(one, OP_TEXT, "3", 1);
    } else if (setting.kind == SOCKETIO && size > 1 && text[1] == '0') {
        be_ready(one);
    } else {
        figures.event_frames++;
        hear_mark(text, text + size, at);
    }
}

static void upgrade(struct member *one)
{
    char out[1024];
    int size = snprintf(out, sizeof out,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\n"
                        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " WS_KEY
                        "\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        setting.path, setting.port, setting.port);
    one->state = UPGRADING;
    watch(one, EPOLL_CTL_MOD, EPOLLIN);
    send(one->fd, out, (size_t)size, MSG_NOSIGNAL);
}

/* The answer to the upgrade; its length, 0 while it is incomplete, -1 when it was no. */
static int take_answer(struct member *one, const uint8_t *in, size_t left)
{
    const uint8_t *end = memmem(in, left, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (left < 12 || memcmp(in + 9, "101", 3))
        return -1;
    if (setting.kind == ROOM)
        greet(one);
    else if (setting.kind == SOCKETIO)
        one->state = GREETING;
    else
        be_ready(one);
    return (int)(end - in) + 4;
}

/* Every whole frame in the buffer; how many bytes were used, or -1 when the line is to be lost. */
static ssize_t take(struct member *one, uint8_t *in, size_t left)
{
    uint8_t *begin_of = in;
    struct frame frame;
    uint64_t at = now_ns();
    if (one->state == UPGRADING) {
        int used = take_answer(one, in, left);
        if (used <= 0)
            return used;
        in += used;
        left -= (size_t)used;
    }
    while (get_frame(in, left, &frame)) {
        if (frame.opcode == OP_TEXT)
            hear_text(one, (const char *)frame.payload, frame.size, at);
        else if (frame.opcode == OP_PING)
            send_frame(one, OP_PONG, frame.payload, frame.size < 125 ? frame.size : 125);
        else if (frame.opcode == OP_CLOSE)
            return -1;
        in += frame.whole;
        left -= frame.whole;
    }
    return in - begin_of;
}

static void keep_rest(struct member *one, const uint8_t *from, size_t size)
{
    if (one->rest_room < size) {
        one->rest_room = size + MAX_TEXT;
        uint8_t *room = malloc(one->rest_room);
        memcpy(room, from, size);
        free(one->rest);
        one->rest = room;
    } else if (size) {
        memmove(one->rest, from, size);
    }
    one->rest_size = size;
}

static void receive(struct member *one)
{
    static uint8_t in[MAX_FRAME + READ];
    for (;;) {
        if (one->rest_size > MAX_FRAME) {
            fprintf(stderr, "wsload: a frame of more than %d bytes\n", MAX_FRAME);
            exit(1);
        }
        size_t kept = one->rest_size;
        ssize_t got = recv(one->fd, in + kept, READ, 0);
        if (got < 0 && errno == EAGAIN)
            return;
        if (got <= 0) {
            lose(one);
            return;
        }
        memcpy(in, one->rest, kept);
        figures.bytes += (uint64_t)got;
        size_t size = kept + (size_t)got;
        ssize_t used = take(one, in, size);
        if (used < 0) {
            lose(one);
            return;
        }
        if (kept || (size_t)used < size)
            keep_rest(one, in + used, size - (size_t)used);
        if (got < READ)
            return;
    }
}

static void handle(struct member *one, uint32_t events)
{
    if (one->fd < 0)
        return;
    if (one->state != CONNECTING)
        receive(one);
    else if (events & (EPOLLERR | EPOLLHUP))
        lose(one);
    else
        upgrade(one);
}

/* ---- the loop */

static void cut_somebody(uint64_t now)
{
    if (!cut_every || now < next_cut)
        return;
    next_cut = (next_cut ? next_cut : now) + cut_every;
    struct member *one = &members[lrand48() % member_count];
    if (one->state == READY)
        cut(one);
}

static void look_at_timers(uint64_t now)
{
    if (!timers || now < next_look)
        return;
    next_look = now + 2 * MS;
    for (int i = 0; i < member_count; i++) {
        struct member *one = &members[i];
        if (one->state == AWAY && one->due && one->due <= now) {
            one->due = 0;
            timers--;
            begin(one);
        } else if (one->resend_at && one->resend_at <= now && one->state == READY) {
            one->resend_at = 0;
            timers--;
            if (one->pending)
                send_again(one);
        }
    }
}

void pump(int ms)
{
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(poller, events, EVENTS, ms);
    for (int i = 0; i < ready; i++)
        handle(events[i].data.ptr, events[i].events);
    uint64_t now = now_ns();
    cut_somebody(now);
    look_at_timers(now);
}
