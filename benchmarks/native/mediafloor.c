/* What forwarding a lecture costs at least: per viewer and frame a copy, AES-256-GCM and one
 * segmented send (UDP GSO); per sound packet one plain send. Paced like the real thing: 30 frames
 * of four packets and 50 sound packets a second. A child process drains the viewers' sockets.
 *
 *     mediafloor VIEWERS SECONDS     prints microseconds of CPU per packet of the sending thread
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { MAX_VIEWERS = 1000, VIDEO = 1100, AUDIO = 160, HEADER = 12, TAG = 16, FRAME = 4, TICK = 150 };

static int ears[MAX_VIEWERS];
static struct sockaddr_in addresses[MAX_VIEWERS];
static EVP_CIPHER_CTX *keys[MAX_VIEWERS];
static unsigned char plain[FRAME * (VIDEO + TAG)], out[FRAME * (VIDEO + TAG)];
static unsigned long counter;

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void open_viewer(int index) {
    socklen_t size = sizeof addresses[index];
    unsigned char key[32] = {(unsigned char)index, 1}, iv[12] = {0};
    addresses[index] = (struct sockaddr_in){.sin_family = AF_INET};
    addresses[index].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ears[index] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (ears[index] < 0 || bind(ears[index], (void *)&addresses[index], size)) fail("viewer");
    getsockname(ears[index], (void *)&addresses[index], &size);
    keys[index] = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(keys[index], EVP_aes_256_gcm(), NULL, key, iv);
}

/* Read and forget, until the parent is gone. */
static void drain(int viewers) {
    struct epoll_event event = {.events = EPOLLIN}, ready[64];
    unsigned char rubbish[2048];
    int set = epoll_create1(0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < viewers; i++) {
        event.data.fd = ears[i];
        epoll_ctl(set, EPOLL_CTL_ADD, ears[i], &event);
    }
    for (;;) {
        int count = epoll_wait(set, ready, 64, -1);
        for (int i = 0; i < count; i++)
            while (recv(ready[i].data.fd, rubbish, sizeof rubbish, 0) > 0) continue;
    }
}

static void encrypt(EVP_CIPHER_CTX *key, unsigned char *packet, int size) {
    unsigned char iv[12] = {0};
    int length;
    counter++;
    memcpy(iv, &counter, sizeof counter);
    EVP_EncryptInit_ex(key, NULL, NULL, NULL, iv);
    EVP_EncryptUpdate(key, NULL, &length, packet, HEADER);
    EVP_EncryptUpdate(key, packet + HEADER, &length, packet + HEADER, size - HEADER);
    EVP_EncryptFinal_ex(key, packet + size, &length);
    EVP_CIPHER_CTX_ctrl(key, EVP_CTRL_AEAD_GET_TAG, TAG, packet + size);
}

static int forward(int sock, int viewers, int packets, int size) {
    int step = size + TAG, sent = 0;
    char ancillary[CMSG_SPACE(sizeof(unsigned short))] = {0};
    struct iovec part = {out, (size_t)(packets * step)};
    struct msghdr message = {.msg_namelen = sizeof addresses[0], .msg_iov = &part, .msg_iovlen = 1};
    if (packets > 1) {
        message.msg_control = ancillary;
        message.msg_controllen = sizeof ancillary;
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        unsigned short segment = (unsigned short)step;
        head->cmsg_level = IPPROTO_UDP;
        head->cmsg_type = UDP_SEGMENT;
        head->cmsg_len = CMSG_LEN(sizeof segment);
        memcpy(CMSG_DATA(head), &segment, sizeof segment);
    }
    for (int i = 0; i < viewers; i++) {
        memcpy(out, plain, part.iov_len);
        for (int p = 0; p < packets; p++) encrypt(keys[i], out + p * step, size);
        message.msg_name = &addresses[i];
        if (sendmsg(sock, &message, 0) >= 0) sent += packets;
    }
    return sent;
}

int main(int count, char **words) {
    int viewers = count > 1 ? atoi(words[1]) : 120;
    double length = count > 2 ? atof(words[2]) : 4.0;
    if (viewers < 1 || viewers > MAX_VIEWERS || length <= 0 || length > 60) return 2;
    for (int i = 0; i < viewers; i++) open_viewer(i);
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) drain(viewers);
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 4 << 20;
    setsockopt(sock, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    double began = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_THREAD_CPUTIME_ID);
    long sent = 0;
    for (long tick = 0; tick < (long)(length * TICK); tick++) {
        if (tick % 5 == 0) sent += forward(sock, viewers, FRAME, VIDEO);
        if (tick % 3 == 0) sent += forward(sock, viewers, 1, AUDIO);
        double rest = began + (double)(tick + 1) / TICK - seconds(CLOCK_MONOTONIC);
        if (rest > 0) usleep((useconds_t)(rest * 1e6));
    }
    cpu = seconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
    printf("%.2f\n", cpu / (double)(sent ? sent : 1) * 1e6);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return 0;
}
