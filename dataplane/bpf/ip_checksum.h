/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The checksum of an IPv4 header without options (RFC 1071), for programs that
 * make frames.
 */
#ifndef IP_CHECKSUM_H
#define IP_CHECKSUM_H

static __always_inline __u16 ip_checksum(const void *ip)
{
	const __u16 *words = ip;
	__u32 sum = 0;

#pragma unroll
	for (int i = 0; i < (int)sizeof(struct iphdr) / 2; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

#endif
