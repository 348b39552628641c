/* Reading what the server says, as cheaply as counting needs: no JSON parser. */
#ifndef EVENTS_H
#define EVENTS_H

#include "member.h"

/* One frame of a room, an event or an array of them; whether it lets the member in. */
bool hear_room(struct member *member, const char *text, const char *end, uint64_t at);
/* Find "@number@" and count the arrival of that line; whether there was one. */
bool hear_mark(const char *text, const char *end, uint64_t at);

#endif
