/* WebSocket frames (RFC 6455 5.2) and the clock: what the floor and the load client share. */
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };
enum { MAX_HEAD = 14, FINAL = 0x80, MASKED = 0x80 };

/* The key every client of ours sends, and the answer to it (RFC 6455 4.2.2). */
#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define WS_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

struct frame {
    int opcode;
    const uint8_t *mask; /* NULL when not masked */
    uint8_t *payload;
    size_t size; /* of the payload */
    size_t whole; /* head and payload */
};

/* Nanoseconds of the monotonic clock, the same one as Python's time.monotonic_ns(). */
static inline uint64_t now_ns(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

/* Write the head of a final frame; its length. A mask of zeros leaves the payload readable. */
static inline size_t put_head(uint8_t *out, int opcode, size_t size, bool masked)
{
    size_t n = 2;
    out[0] = (uint8_t)(FINAL | opcode);
    if (size < 126) {
        out[1] = (uint8_t)size;
    } else if (size < 65536) {
        out[1] = 126;
        out[2] = (uint8_t)(size >> 8);
        out[3] = (uint8_t)size;
        n = 4;
    } else {
        out[1] = 127;
        for (int i = 0; i < 8; i++)
            out[2 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
        n = 10;
    }
    if (masked) {
        out[1] |= MASKED;
        memset(out + n, 0, 4);
        n += 4;
    }
    return n;
}

/* Find the frame that begins at `in`; false when the buffer holds only a part of it. */
static inline bool get_frame(uint8_t *in, size_t left, struct frame *frame)
{
    if (left < 2)
        return false;
    size_t head = 2;
    uint64_t size = in[1] & 127u;
    bool masked = in[1] & MASKED;
    if (size == 126)
        head = 4;
    else if (size == 127)
        head = 10;
    if (left < head + (masked ? 4 : 0))
        return false;
    if (head > 2) {
        size = 0;
        for (size_t i = 2; i < head; i++)
            size = size << 8 | in[i];
    }
    frame->opcode = in[0] & 15;
    frame->mask = masked ? in + head : NULL;
    head += masked ? 4 : 0;
    frame->payload = in + head;
    frame->size = size;
    frame->whole = head + size;
    return left >= frame->whole;
}

#endif
