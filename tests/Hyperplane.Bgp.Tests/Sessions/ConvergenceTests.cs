using System.Net;
using Hyperplane.Bgp.Messages;

namespace Hyperplane.Bgp.Tests.Sessions;

/// <summary>What is told to a peer, and when.</summary>
public sealed class ConvergenceTests
{
    private static readonly BgpRoute One = new(IPNetwork.Parse("192.0.2.1/32"));
    private static readonly BgpRoute Two = new(IPNetwork.Parse("192.0.2.2/32"));
    private static readonly BgpRoute Six = new(IPNetwork.Parse("2001:db8::1/128"), IPAddress.Parse("2001:db8:99::b"));

    [Fact]
    public void A_new_session_is_told_everything_and_then_the_end_of_each_family()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenConfirm);
        rig.Session.SetRoutes([One, Two, Six], rig.NowMs);
        Assert.Empty(rig.TakeMessages());
        rig.Receive(Wire.Keepalive);
        Assert.Equal(
            ["+192.0.2.1/32 +192.0.2.2/32", "+2001:db8::1/128", "end 1", "end 2"], rig.TakeMessages().Select(Words));
        Assert.Equal(3, rig.Session.PrefixesSent);
    }

    [Fact]
    public void Only_the_difference_is_told()
    {
        SessionRig rig = Told(One, Two);
        rig.Session.SetRoutes([Two, One], rig.NowMs);
        Assert.Empty(rig.TakeMessages());
        rig.Session.SetRoutes([Two with { Communities = [BgpCommunity.GracefulShutdown] }, One], rig.NowMs);
        Assert.Equal(["+192.0.2.2/32"], rig.TakeMessages().Select(Words));
        rig.Session.SetRoutes([One], rig.NowMs);
        Assert.Equal(["-192.0.2.2/32"], rig.TakeMessages().Select(Words));
        rig.Session.SetRoutes([], rig.NowMs);
        Assert.Equal(["-192.0.2.1/32"], rig.TakeMessages().Select(Words));
        Assert.Equal(0, rig.Session.PrefixesSent);
    }

    [Fact]
    public void New_paths_are_told_before_lost_ones()
    {
        SessionRig rig = Told(One);
        rig.Session.SetRoutes([new BgpRoute(IPNetwork.Parse("192.0.2.0/26"))], rig.NowMs);
        Assert.Equal(["+192.0.2.0/26", "-192.0.2.1/32"], rig.TakeMessages().Select(Words));
    }

    [Fact]
    public void A_route_that_comes_and_goes_before_the_peer_reads_is_never_told()
    {
        SessionRig rig = Told(One);
        rig.Session.SetRoutes([One with { Med = 1 }], rig.NowMs); // fills the output
        rig.Session.SetRoutes([One with { Med = 1 }, Two], rig.NowMs);
        rig.Session.SetRoutes([One with { Med = 1 }], rig.NowMs);
        Assert.Equal(["+192.0.2.1/32"], rig.TakeMessages().Select(Words));
    }

    [Fact]
    public void A_prefix_counts_as_sent_when_its_last_byte_has_left()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes([One], rig.NowMs);
        rig.Session.OnSent(rig.Session.Output.Length - 1, rig.NowMs);
        Assert.False(rig.Session.IsSent(One.Prefix));
        rig.Session.OnSent(1, rig.NowMs);
        Assert.True(rig.Session.IsSent(One.Prefix));
        rig.Session.OnTransportFailed("broken", rig.NowMs);
        Assert.False(rig.Session.IsSent(One.Prefix));
        Assert.Equal(0, rig.Session.PrefixesSent);
    }

    [Fact]
    public void What_was_under_way_when_a_session_broke_does_not_count_for_the_next_one()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes([One], rig.NowMs);
        rig.Session.OnTransportFailed("broken", rig.NowMs);
        rig.Session.SetRoutes([], rig.NowMs);
        rig.Pass(1_000);
        rig.Session.OnTransportConnected(IPAddress.Loopback, rig.NowMs);
        rig.TakeMessages();
        Assert.Equal((BgpState.OpenSent, 0), (rig.Session.State, rig.Session.PrefixesSent));
        rig.Receive(Wire.Open(), Wire.Keepalive);
        rig.TakeMessages();
        Assert.Equal((BgpState.Established, 0), (rig.Session.State, rig.Session.PrefixesSent));
    }

    [Fact]
    public void Route_refresh_brings_all_routes_of_the_family_again()
    {
        SessionRig rig = Told(One, Two, Six);
        rig.Receive(Wire.Refresh);
        Assert.Equal(["+192.0.2.1/32 +192.0.2.2/32"], rig.TakeMessages().Select(Words));
        rig.Pass(1_000);
        rig.Receive(Wire.Message(5, "0002 00 01"));
        Assert.Equal(["+2001:db8::1/128"], rig.TakeMessages().Select(Words));
    }

    [Fact]
    public void Many_refreshes_are_answered_at_most_once_a_second()
    {
        SessionRig rig = Told(One);
        List<byte[]> answers = [];
        for (int i = 0; i < 50; i++)
        {
            rig.Receive(Wire.Refresh, Wire.Keepalive);
            answers.AddRange(rig.TakeMessages());
            answers.AddRange(rig.Pass(100));
        }

        int updates = answers.Count(static m => m[18] == 2);
        Assert.InRange(updates, 4, 6);
    }

    [Fact]
    public void A_withdrawal_is_not_lost_in_a_refresh()
    {
        SessionRig rig = Told(One, Two);
        rig.Session.SetRoutes([One with { Med = 1 }, Two], rig.NowMs); // fills the output
        rig.Receive(Wire.Refresh);
        rig.Session.SetRoutes([One with { Med = 1 }], rig.NowMs);
        Assert.Equal(
            ["+192.0.2.1/32", "+192.0.2.1/32", "-192.0.2.2/32"], rig.TakeMessages().Select(Words));
    }

    [Fact]
    public void A_family_the_peer_does_not_know_is_not_sent_but_counted()
    {
        SessionRig rig = SessionRig.In(BgpState.OpenSent);
        rig.Session.SetRoutes([One, Six], rig.NowMs);
        rig.Receive(Wire.Message(1, "04 FC00 0009 0A630001 0E 020C 010400010001 41040000FC00"), Wire.Keepalive);
        Assert.Equal(["+192.0.2.1/32", "end 1"], rig.TakeMessages().Skip(1).Select(Words));
        Assert.Equal((1, 1), (rig.Session.PrefixesSent, rig.Session.PrefixesUnsendable));
    }

    [Fact]
    public void An_ipv6_route_without_next_hop_waits_for_a_connection_that_has_one()
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes([new BgpRoute(Six.Prefix)], rig.NowMs);
        Assert.Empty(rig.TakeMessages());
        Assert.Equal(1, rig.Session.PrefixesUnsendable);
        rig.Session.SetRoutes([Six], rig.NowMs);
        Assert.Equal(["+2001:db8::1/128"], rig.TakeMessages().Select(Words));
        Assert.Equal(0, rig.Session.PrefixesUnsendable);
    }

    [Fact]
    public void The_first_words_of_a_session_survive_any_cut()
    {
        byte[] stream = [.. Wire.Open(), .. Wire.Keepalive, .. Wire.Update, .. Wire.EndOfRib, .. Wire.Keepalive];
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            SessionRig rig = SessionRig.In(BgpState.OpenSent);
            for (int at = 0; at < stream.Length;)
            {
                int count = Math.Min(random.Next(1, 40), stream.Length - at);
                rig.Session.OnBytes(stream.AsSpan(at, count), rig.NowMs);
                at += count;
            }

            Assert.True(rig.Session.State == BgpState.Established, $"seed {seed}");
            Assert.Equal((2, 2), (rig.Session.Counters.UpdatesIgnored, rig.Session.Counters.KeepalivesReceived));
        }
    }

    [Fact]
    public void Any_bytes_in_any_state_leave_a_sound_session()
    {
        for (int seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            SessionRig rig = SessionRig.In(BgpState.OpenSent + random.Next(3));
            byte[] stream = [.. Wire.Open(), .. Wire.Keepalive, .. Wire.Update, .. Wire.Refresh, .. Wire.EndOfRib];
            for (int changes = random.Next(6); changes > 0; changes--)
                stream[random.Next(stream.Length)] = (byte)random.Next(256);
            Exception? thrown = Record.Exception(() => rig.Receive(stream[random.Next(stream.Length)..], stream));
            Assert.True(thrown is null, $"seed {seed}: {thrown}");
            List<byte[]> said = rig.TakeMessages();
            int last = said.FindIndex(static m => m[18] == 3);
            Assert.True(last < 0 || last == said.Count - 1, $"seed {seed}: something after the NOTIFICATION");
            Assert.True(last < 0 || rig.Session.State == BgpState.Idle, $"seed {seed}: alive after its NOTIFICATION");
        }
    }

    private static SessionRig Told(params BgpRoute[] routes)
    {
        SessionRig rig = SessionRig.In(BgpState.Established);
        rig.Session.SetRoutes(routes, rig.NowMs);
        rig.TakeMessages();
        Assert.Equal(routes.Length, rig.Session.PrefixesSent);
        return rig;
    }

    private static string Words(byte[] message)
    {
        Assert.Equal(2, message[18]);
        UpdateReader.Read(message.AsSpan(19), true, out ReceivedUpdate update, out _);
        return update.EndOfRib is { } family
            ? $"end {family.Afi}"
            : string.Join(
                ' ', update.Announced.Select(static p => $"+{p}").Concat(update.Withdrawn.Select(static p => $"-{p}")));
    }
}
