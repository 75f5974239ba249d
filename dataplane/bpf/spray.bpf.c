// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * For labs: at the ingress of a port, has every frame leave by another queue of
 * the next device, and so arrive at another queue behind it, by chance. Devices
 * without a queue of their own choice take that of the frame's arrival.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#define QUEUES 4

SEC("tc")
int spray(struct __sk_buff *skb)
{
	/* Counted from 1; 0 means that none is known. */
	skb->queue_mapping = 1 + bpf_get_prandom_u32() % QUEUES;
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
