using System.Globalization;
using System.Text.RegularExpressions;
using Hyperplane.Dataplane.Maglev;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tests.Packets;
using Hyperplane.Dataplane.Tool.Tests.Configuration;
using Hyperplane.Dataplane.Tool.Tests.Replay;
using Hyperplane.Dataplane.Tool.Trace;

namespace Hyperplane.Dataplane.Tool.Tests.Commands;

public sealed partial class TraceCommandTests
{
    private const string Syn = "tcp 192.0.2.9:40000 > 198.18.0.10:80";

    private static Task<CommandLine> Trace(params string[] words) =>
        CommandLine.RunAsync(["trace", "--config", Sample.File, .. words]);

    private static string[] Steps(CommandLine run) =>
        [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..10].TrimEnd())];

    [Fact]
    public async Task The_day_of_a_first_packet_has_every_step()
    {
        CommandLine run = await Trace("--tuple", Syn);
        Assert.Equal((0, ""), (run.ExitCode, run.Notes));
        Assert.Equal(
            [
                "frame", "ours?", "IPv4", "TCP", "flow", "listener", "limits", "maglev", "target", "SNAT", "next hop",
                "rewrite", "verdict", "sent",
            ],
            Steps(run));
        Assert.Contains("listener  80, idle timeout 350 s, target group 5", run.Output, StringComparison.Ordinal);
        Assert.Contains("verdict   forwarded (counter forwarded)", run.Output, StringComparison.Ordinal);
        byte[] sent = Convert.FromHexString(SentText().Match(run.Output).Groups["hex"].Value);
        Frame.ExpectRightChecksums(sent);
        Assert.Equal(8_080, FrameText.Port(Frame.KeyOf(sent).DestinationPortBe));
    }

    [Fact]
    public async Task The_slot_that_is_told_is_the_target_s()
    {
        MaglevTable table = MaglevTable.Build([1, 2], [3, 1], 4_093);
        var seen = new HashSet<uint>();
        for (int port = 40_000; port < 40_020; port++)
        {
            CommandLine run = await Trace("--tuple", $"tcp 192.0.2.9:{port} > 198.18.0.10:80");
            Match slot = SlotText().Match(run.Output);
            int number = int.Parse(slot.Groups["slot"].Value, CultureInfo.InvariantCulture);
            uint target = uint.Parse(slot.Groups["target"].Value, CultureInfo.InvariantCulture);
            Assert.Equal(table.Slots[number] + 1u, target);
            seen.Add(target);
        }
        Assert.Equal(2, seen.Count);
    }

    [Theory]
    [InlineData(Syn, "ACK", "flow", "none has the key", "drop_no_flow")]
    [InlineData(Syn, "SYN,FIN", "TCP", "FIN,SYN", "drop_tcp_flags")]
    [InlineData("tcp 192.0.2.9:1 > 198.18.0.10:81", "SYN", "listener", "nothing listens", "drop_no_listener")]
    [InlineData("tcp 192.0.2.9:1 > 198.18.0.11:80", "SYN", "listener", "no VIP", "drop_no_vip")]
    [InlineData("tcp 10.0.0.11:8080 > 198.19.0.1:9", "SYN,ACK", "listener", "a SNAT address", "drop_no_flow")]
    [InlineData("tcp 192.0.2.9:1 > 8.8.8.8:80", "SYN", "ours?", "none of the own prefixes", "passed")]
    [InlineData("tcp 198.18.0.10:1 > 198.18.0.10:80", "SYN", "flow", "none is begun", "drop_malformed")]
    public async Task A_packet_that_goes_nowhere_has_its_step_and_its_counter(
        string tuple, string flags, string step, string told, string counter)
    {
        CommandLine run = await Trace("--tuple", tuple, "--flags", flags);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(step, Steps(run));
        Assert.Contains(told, run.Output, StringComparison.Ordinal);
        Assert.Contains($"(counter {counter})", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rewrite", Steps(run));
    }

    [Fact]
    public async Task A_frame_in_hexadecimal_is_read_as_it_stands()
    {
        byte[] frame = (Ends.Client(40_000, TcpFlags.Syn) with { TimeToLive = 1 }).ToNode();
        CommandLine run = await Trace("--hex", string.Join(':', Convert.ToHexString(frame).Chunk(2).Select(
            pair => new string(pair))));
        Assert.Contains("TTL 1, 40 bytes", run.Output, StringComparison.Ordinal);
        Assert.Contains("(counter drop_ttl)", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tuple", "tcp 1.2.3.4:5", null, "is no 5-tuple; write it as")]
    [InlineData("--tuple", "tcp 1.2.3.400:5 > 1.2.3.4:5", null, "1.2.3.400 is no address")]
    [InlineData("--tuple", "udp 1.2.3.4:0 > 1.2.3.4:5", null, "0 is no port")]
    [InlineData("--tuple", "udp 1.2.3.4:1 > 1.2.3.4:5", "SYN", "--flags are TCP's")]
    [InlineData("--tuple", Syn, "SIN", "SIN is no flag; write some of")]
    [InlineData("--tuple", Syn, "2", "2 is no flag")]
    [InlineData("--hex", "abc", null, "--hex takes pairs of hexadecimal digits")]
    [InlineData("--hex", "00", "SYN", "--flags go with --tuple")]
    public async Task What_cannot_be_understood_is_told_with_what_to_write(
        string option, string value, string? flags, string told)
    {
        CommandLine run = await Trace([option, value, .. flags is null ? Array.Empty<string>() : ["--flags", flags]]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(told, run.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_packet_is_given_one_way()
    {
        Assert.Equal(2, (await Trace()).ExitCode);
        Assert.Equal(2, (await Trace("--tuple", Syn, "--hex", "00")).ExitCode);
    }

    [GeneratedRegex(@"is slot (?<slot>\d+) of 4093; .*\ntarget    (?<target>\d+) at",
        RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex SlotText();

    [GeneratedRegex("sent      (?<hex>[0-9a-f]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex SentText();
}
