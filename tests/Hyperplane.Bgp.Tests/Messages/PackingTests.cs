using System.Globalization;
using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>Many prefixes in few messages.</summary>
public sealed class PackingTests
{
    [Theory]
    [InlineData(false, false, 3)]
    [InlineData(false, true, 9)]
    [InlineData(true, false, 3)]
    [InlineData(true, true, 9)]
    public void Two_thousand_prefixes_fill_messages_to_the_limit_and_each_is_there_once(
        bool withdraw, bool ipv6, int messages)
    {
        IPNetwork[] all = [.. Enumerable.Range(0, 2000).Select(i => Prefix(i, ipv6))];
        var found = new List<IPNetwork>();
        byte[] message = new byte[BgpHeader.MaxMessageBytes];
        int at = 0;
        int count = 0;
        for (; at < all.Length; count++)
        {
            int lengthBytes = Write(message, all.AsSpan(at), withdraw, out int takenCount);
            Assert.InRange(lengthBytes, BgpHeader.SizeBytes, BgpHeader.MaxMessageBytes);
            if (at + takenCount < all.Length)
                Assert.InRange(lengthBytes, BgpHeader.MaxMessageBytes - 17, BgpHeader.MaxMessageBytes);
            at += takenCount;
            UpdateVerdict verdict = UpdateReader.Read(
                message.AsSpan(BgpHeader.SizeBytes..lengthBytes), true, out ReceivedUpdate update, out _);
            Assert.Equal(UpdateVerdict.Accepted, verdict);
            found.AddRange(withdraw ? update.Withdrawn : update.Announced);
        }

        Assert.Equal(messages, count);
        Assert.Equal(all, found);
    }

    private static int Write(byte[] message, ReadOnlySpan<IPNetwork> prefixes, bool withdraw, out int takenCount)
    {
        if (withdraw)
            return UpdateWriter.WriteWithdrawal(message, BgpFamily.Of(prefixes[0]), prefixes, out takenCount);
        var context = new UpdateContext(64601, false, true, prefixes[0].BaseAddress);
        return UpdateWriter.WriteAnnouncement(message, context, new BgpRoute(prefixes[0]), prefixes, out takenCount);
    }

    private static IPNetwork Prefix(int i, bool ipv6) => IPNetwork.Parse(ipv6
        ? string.Create(CultureInfo.InvariantCulture, $"2001:db8::{i + 1:x}/128")
        : string.Create(CultureInfo.InvariantCulture, $"10.0.{i >> 8}.{i & 255}/32"));
}
