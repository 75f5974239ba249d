/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The headers between an outer IP header and the packet inside, by
 * encapsulation, and what becomes of congestion marks. No maps.
 */
#ifndef TUNNEL_H
#define TUNNEL_H

#include <linux/types.h>

/* RFC 7348; the port of GUE is a setting. */
#define VXLAN_PORT 4789

/* draft-ietf-intarea-gue, version 0. */
struct gue_header {
	/* Version (2 bits), control flag, optional words (5 bits): 0 when a packet follows at once. */
	__u8 version_and_words;
	/* The IP protocol of what follows: IPPROTO_IPIP or IPPROTO_IPV6. */
	__u8 protocol;
	__be16 flags;
};
_Static_assert(sizeof(struct gue_header) == 4, "gue_header");

/* RFC 2784; the key of RFC 2890 follows when its flag is set. */
struct gre_header {
	__be16 flags;
	/* An Ethernet type. */
	__be16 protocol;
};
_Static_assert(sizeof(struct gre_header) == 4, "gre_header");

#define GRE_KEY 0x2000
#define GRE_KEY_BYTES 4

/* RFC 7348; an Ethernet frame follows. */
struct vxlan_header {
	/* Only VXLAN_HAS_VNI counts on receipt. */
	__u8 flags;
	__u8 reserved[3];
	/* The network's number in the upper 24 bits. */
	__be32 vni;
};
_Static_assert(sizeof(struct vxlan_header) == 8, "vxlan_header");

#define VXLAN_HAS_VNI 0x08
#define VXLAN_VNI_SHIFT 8

#define ECN_MASK 3
#define ECN_NOT_CAPABLE 0
#define ECN_CAPABLE_1 1
#define ECN_CAPABLE_0 2
#define ECN_CONGESTION 3
#define ECN_LOST (-1)

/* RFC 6040, figure 4: the mark of a packet that leaves a tunnel; ECN_LOST when it must be dropped. */
static __always_inline int ecn_leaving_tunnel(int outer, int inner)
{
	if (inner == ECN_NOT_CAPABLE)
		return outer == ECN_CONGESTION ? ECN_LOST : inner;
	if (outer == ECN_CONGESTION)
		return outer;
	return inner == ECN_CAPABLE_0 && outer == ECN_CAPABLE_1 ? outer : inner;
}

#endif
