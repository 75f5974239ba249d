using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hyperplane.Bgp.Tests.Speakers;

/// <summary>The driver, over real sockets on the loopback.</summary>
public sealed class SpeakerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly BgpRoute One = new(IPNetwork.Parse("192.0.2.1/32"));
    private static readonly BgpRoute Two = new(IPNetwork.Parse("192.0.2.2/32"));

    [Fact]
    public async Task What_is_set_is_told_and_known_as_announced()
    {
        using var router = new StubRouter();
        await using BgpSpeaker speaker = Start(router.Port);
        speaker.Set([One]);
        await router.Establish();
        byte[] update = (await router.ReadOther())!;
        Assert.EndsWith("4003047F000001" + "20C0000201", Convert.ToHexString(update), StringComparison.Ordinal);
        await Reaches(speaker, static s => s.AnnouncedPrefixes.Count == 1);
        Assert.Contains(One.Prefix, speaker.AnnouncedPrefixes);
        BgpPeerStatus peer = Assert.Single(speaker.Peers);
        Assert.Equal((BgpState.Established, 1, null), (peer.State, peer.PrefixesSent, peer.LastError));
    }

    [Fact]
    public async Task A_close_says_its_reason_once_and_ends_the_stream()
    {
        using var router = new StubRouter();
        BgpSpeaker speaker = Start(router.Port);
        await router.Establish();
        await router.ReadOther();
        await router.ReadOther(); // the ends of RIB
        await router.Say(Wire.Update, Wire.Update); // unread bytes at our end must not turn the close into a reset
        Task closed = speaker.CloseAsync("drain: node-a1");
        byte[] last = (await router.ReadOther())!;
        byte[] reason = Encoding.UTF8.GetBytes("drain: node-a1");
        Assert.Equal("06020E" + Convert.ToHexString(reason), Convert.ToHexString(last.AsSpan(19)));
        Assert.Null(await router.Read());
        router.HangUp();
        await closed;
        Assert.Equal("stopped: drain: node-a1", Assert.Single(speaker.Peers).LastError);
        Assert.Empty(speaker.AnnouncedPrefixes);
        await speaker.CloseAsync("again"); // harmless
    }

    [Fact]
    public async Task A_close_does_not_wait_for_a_router_that_never_closes()
    {
        using var router = new StubRouter();
        BgpSpeaker speaker = Start(router.Port);
        await router.Establish();
        await speaker.CloseAsync("drain").WaitAsync(Deadline);
        Assert.Equal(BgpState.Idle, Assert.Single(speaker.Peers).State);
    }

    [Fact]
    public async Task A_lost_connection_is_made_again_and_everything_told_again()
    {
        using var router = new StubRouter();
        await using BgpSpeaker speaker = Start(router.Port);
        speaker.Set([One]);
        await router.Establish();
        await router.ReadOther();
        router.HangUp();
        await Reaches(speaker, static s => s.Peers[0].LastError is not null);
        speaker.Set([Two]);
        await router.Establish();
        byte[] update = (await router.ReadOther())!;
        Assert.EndsWith("20C0000202", Convert.ToHexString(update), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_is_a_clear_error()
    {
        int port;
        using (var gone = new StubRouter())
            port = gone.Port;
        await using BgpSpeaker speaker = Start(port);
        await Reaches(speaker, static s => s.Peers[0].LastError == "cannot connect: Connection refused");
        Assert.InRange(speaker.Peers[0].State, BgpState.Connect, BgpState.Active);
    }

    [Fact]
    public async Task A_local_address_that_is_not_ours_is_a_clear_error()
    {
        using var router = new StubRouter();
        await using BgpSpeaker speaker = Start(
            router.Port, static p => p with { LocalAddress = IPAddress.Parse("192.0.2.77") });
        await Reaches(speaker, static s => s.Peers[0].LastError == "cannot connect: Cannot assign requested address");
    }

    [Fact]
    public async Task A_handler_that_throws_harms_no_session()
    {
        using var router = new StubRouter();
        await using BgpSpeaker speaker = Start(router.Port);
        speaker.Changed += static (_, _) => throw new InvalidOperationException("a handler's fault");
        speaker.Set([One]);
        await router.Establish();
        Assert.Equal(2, (await router.ReadOther())![18]);
    }

    [Fact]
    public async Task A_set_with_a_prefix_twice_or_too_many_is_refused_and_changes_nothing()
    {
        using var router = new StubRouter();
        await using BgpSpeaker speaker = Start(router.Port);
        speaker.Set([One]);
        Assert.Contains("192.0.2.2/32 is there twice", Assert.Throws<ArgumentException>(
            () => speaker.Set([Two, Two with { Med = 1 }])).Message, StringComparison.Ordinal);
        Assert.Contains("4 prefixes are more than 3", Assert.Throws<ArgumentException>(
            () => speaker.Set([One, Two, One, Two])).Message, StringComparison.Ordinal);
        await router.Establish();
        byte[] update = (await router.ReadOther())!;
        Assert.EndsWith("20C0000201", Convert.ToHexString(update), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_name_everything_that_is_wrong()
    {
        var peer = new BgpPeerOptions
        {
            Address = IPAddress.Parse("10.99.0.1"),
            RemoteAs = 0,
            LocalAddress = IPAddress.IPv6Loopback,
            Port = 65536,
            HoldTimeSeconds = 2,
            KeepaliveSeconds = 0,
            ConnectRetrySeconds = 0,
            Md5Password = new string('x', 81),
            Ttl = 256,
            Gtsm = true,
        };
        var options = new BgpSpeakerOptions
        {
            LocalAs = 0,
            RouterId = IPAddress.Any,
            MaxPrefixes = 0,
            Peers = [peer, peer],
        };
        Assert.Equal(3 + 2 * 9 + 1, options.Problems().Count);
        string message = Assert.Throws<ArgumentException>(() => Start(options)).Message;
        Assert.All(options.Problems(), problem => Assert.Contains(problem, message, StringComparison.Ordinal));
        Assert.DoesNotContain("xxx", $"{message} {peer}", StringComparison.Ordinal);
    }

    private static BgpSpeaker Start(int port, Func<BgpPeerOptions, BgpPeerOptions>? change = null)
    {
        var peer = new BgpPeerOptions { Address = IPAddress.Loopback, RemoteAs = 64512, Port = port };
        return Start(new BgpSpeakerOptions
        {
            LocalAs = 64601,
            RouterId = IPAddress.Parse("10.99.0.11"),
            Peers = [change is null ? peer : change(peer)],
            MaxPrefixes = 3,
        });
    }

    private static BgpSpeaker Start(BgpSpeakerOptions options) =>
        new(options, NullLogger<BgpSpeaker>.Instance, TimeProvider.System, new Random(1));

    private static async Task Reaches(BgpSpeaker speaker, Func<BgpSpeaker, bool> condition)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, EventArgs e)
        {
            if (condition(speaker))
                reached.TrySetResult();
        }

        speaker.Changed += Look;
        Look(null, EventArgs.Empty);
        await reached.Task.WaitAsync(Deadline);
        speaker.Changed -= Look;
    }
}
