using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Messages;

/// <summary>RFC 7606: what ends a session, what only costs a route, what costs nothing.</summary>
public sealed class UpdateReaderTests
{
    private const string Origin = "40010100";
    private const string Path = "40020602010000FC00";
    private const string NextHop = "4003040A630001";
    private const string Vip = "20C0000201";

    [Theory]
    [InlineData(Origin + Path + NextHop, "Accepted")]
    [InlineData(Origin + Path + NextHop + "F0C80002AABB", "Accepted")] // unknown, optional
    [InlineData(Origin + Path + NextHop + Origin, "AttributeDiscard")] // twice: the first counts
    [InlineData(Origin + Path + NextHop + "40060100", "AttributeDiscard")] // ATOMIC_AGGREGATE with a value
    [InlineData(Origin + Path + NextHop + "C00706FC000A630001", "AttributeDiscard")] // short AGGREGATOR
    [InlineData(Origin + Path + NextHop + "C011030201FA", "AttributeDiscard")] // malformed AS4_PATH
    [InlineData(Path + NextHop, "TreatAsWithdraw")] // no ORIGIN
    [InlineData(Origin + NextHop, "TreatAsWithdraw")] // no AS_PATH
    [InlineData(Origin + Path, "TreatAsWithdraw")] // no NEXT_HOP
    [InlineData("40010103" + Path + NextHop, "TreatAsWithdraw")] // ORIGIN 3
    [InlineData("4001020000" + Path + NextHop, "TreatAsWithdraw")] // ORIGIN of two octets
    [InlineData("C0010100" + Path + NextHop, "TreatAsWithdraw")] // ORIGIN optional
    [InlineData(Origin + "40020602020000FC00" + NextHop, "TreatAsWithdraw")] // AS_PATH ends inside
    [InlineData(Origin + "40020609010000FC00" + NextHop, "TreatAsWithdraw")] // unknown segment
    [InlineData(Origin + "4002020200" + NextHop, "TreatAsWithdraw")] // empty segment
    [InlineData(Origin + "400206020100000000" + NextHop, "TreatAsWithdraw")] // AS 0
    [InlineData(Origin + Path + "4003030A6300", "TreatAsWithdraw")] // NEXT_HOP of three octets
    [InlineData(Origin + Path + NextHop + "8004020000", "TreatAsWithdraw")] // MED of two octets
    [InlineData(Origin + Path + NextHop + "400501FF", "TreatAsWithdraw")] // LOCAL_PREF of one octet
    [InlineData(Origin + Path + NextHop + "C00803FFFF00", "TreatAsWithdraw")] // community of three octets
    [InlineData(Origin + Path + NextHop + "C00800", "TreatAsWithdraw")] // no community
    [InlineData(Origin + Path + NextHop + "C008", "TreatAsWithdraw")] // attribute without length
    [InlineData(Origin + Path + NextHop + "C008FF", "TreatAsWithdraw")] // attribute beyond the end
    public void Attributes_of_a_classic_announcement(string attributes, string verdict)
    {
        UpdateVerdict found = Read(
            $"0000 {attributes.Length / 2:X4} {attributes} {Vip}", out ReceivedUpdate update, out _);
        Assert.Equal(verdict, found.ToString());
        IPNetwork[] vip = [IPNetwork.Parse("192.0.2.1/32")];
        Assert.Equal(found == UpdateVerdict.TreatAsWithdraw ? vip : [], update.Withdrawn);
        Assert.Equal(found == UpdateVerdict.TreatAsWithdraw ? [] : vip, update.Announced);
    }

    [Theory]
    [InlineData("0001 0000", 1)] // withdrawn routes beyond the end
    [InlineData("FFFF 0000", 1)]
    [InlineData("0000 0001", 1)] // attributes beyond the end
    [InlineData("0000 0000 21C000020100", 10)] // an IPv4 prefix of 33 bits
    [InlineData("0000 0000 20C00002", 10)] // a prefix that ends inside
    [InlineData("0002 20C0 0000", 10)] // the same, withdrawn
    [InlineData("0000 0008 800E0002 800E0000", 9)] // MP_REACH_NLRI too short
    [InlineData("0000 000C 800F03000201 800F03000201", 1)] // MP_UNREACH_NLRI twice
    [InlineData("0000 0005 800F020002", 9)] // MP_UNREACH_NLRI too short
    [InlineData("0000 0007 800F0400020181", 9)] // an IPv6 prefix of 129 bits
    [InlineData("0000 0008 800E05 0002010000", 9)] // a next hop of no length
    public void Prefixes_that_cannot_be_told_end_the_session(string body, byte subcode)
    {
        Assert.Equal(UpdateVerdict.SessionReset, Read(body, out _, out BgpError? error));
        Assert.Equal((BgpErrorCode.UpdateMessage, subcode), (error!.Code, error.Subcode));
    }

    [Theory]
    [InlineData("0000 0000", 1)]
    [InlineData("0000 0006 800F03000201", 2)]
    [InlineData("0000 0007 900F0003000201", 2)]
    public void End_of_rib_is_recognised(string body, int family)
    {
        Assert.Equal(UpdateVerdict.Accepted, Read(body, out ReceivedUpdate update, out _));
        Assert.Equal(family, update.EndOfRib!.Value.Afi);
    }

    [Fact]
    public void Bits_beyond_a_prefixs_length_are_ignored()
    {
        Read("0005 19C63364FF 0000", out ReceivedUpdate update, out _);
        Assert.Equal([IPNetwork.Parse("198.51.100.128/25")], update.Withdrawn);
    }

    [Fact]
    public void Families_that_are_not_ours_are_not_looked_into()
    {
        Assert.Equal(
            UpdateVerdict.Accepted, Read("0000 000C 800E0919468104AABBCCDD00", out ReceivedUpdate update, out _));
        Assert.Empty(update.Announced);
    }

    private static UpdateVerdict Read(string body, out ReceivedUpdate update, out BgpError? error) =>
        UpdateReader.Read(Wire.Bytes(body), true, out update, out error);
}
