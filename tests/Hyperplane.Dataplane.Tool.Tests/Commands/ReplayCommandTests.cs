using System.Buffers.Binary;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Tool.Tests.Configuration;
using Hyperplane.Dataplane.Tool.Tests.Replay;

namespace Hyperplane.Dataplane.Tool.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("hpdp-test-").FullName;

    private string In => Path.Combine(_folder, "in.pcap");

    private string Out => Path.Combine(_folder, "out.pcap");

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    private static byte[] OneSyn()
    {
        using var capture = new CaptureMaker(Sample.Config);
        capture.Add(Ends.Client(40_000, TcpFlags.Syn).ToNode());
        return capture.File;
    }

    private Task<CommandLine> Replay(byte[] capture, string? config = null)
    {
        File.WriteAllBytes(In, capture);
        return CommandLine.RunAsync(
            "replay", "--config", config ?? Sample.File, "--engine", "csharp", "--in", In, "--out", Out);
    }

    [Fact]
    public async Task A_capture_gives_lines_on_output_and_a_summary_on_notes()
    {
        CommandLine run = await Replay(OneSyn());
        Assert.Equal((0, 1), (run.ExitCode, run.Output.Count(letter => letter == '\n')));
        Assert.StartsWith("""{"index":1,"verdict":"forwarded",""", run.Output, StringComparison.Ordinal);
        Assert.Equal("1 frames: 1 forwarded" + Environment.NewLine, run.Notes);
        Assert.Equal(24 + 16 + 54, new FileInfo(Out).Length);
    }

    [Fact]
    public async Task A_capture_that_breaks_off_is_judged_up_to_there_and_told()
    {
        byte[] capture = [.. OneSyn(), .. OneSyn().AsSpan(24, 30)];
        CommandLine run = await Replay(capture);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("in.pcap: breaks off inside a record, behind frame 1", run.Notes, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(24 + 16 + 54, new FileInfo(Out).Length);
    }

    [Fact]
    public async Task A_capture_that_is_none_is_refused_with_what_to_do_and_nothing_is_written()
    {
        byte[] cooked = OneSyn();
        BinaryPrimitives.WriteUInt32LittleEndian(cooked.AsSpan(20), 113);
        (byte[], string)[] wrong =
        [
            ([], "in.pcap: shorter than a pcap header"),
            ([0x0a, 0x0d, 0x0d, 0x0a, .. new byte[40]], "that is pcapng; editcap -F pcap"),
            (cooked, "link type 113; only Ethernet (1) is read"),
        ];
        foreach ((byte[] capture, string told) in wrong)
        {
            CommandLine run = await Replay(capture);
            Assert.Equal((1, ""), (run.ExitCode, run.Output));
            Assert.Contains(told, run.Notes, StringComparison.Ordinal);
            Assert.False(File.Exists(Out));
        }
    }

    [Fact]
    public async Task A_frame_that_no_interface_takes_ends_the_replay_by_its_number()
    {
        var stream = new MemoryStream();
        var writer = new PcapWriter(stream, long.MaxValue);
        writer.TryWrite(1, Ends.Client(40_000, TcpFlags.Syn).ToNode());
        writer.TryWrite(2, Ends.Client(40_000, TcpFlags.Ack, payload: 3_400).ToNode());
        CommandLine run = await Replay(stream.ToArray());
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "in.pcap: frame 2 is 3454 bytes long; at most 3400 are taken", run.Notes, StringComparison.Ordinal);
        Assert.Contains("gro off", run.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frames_that_the_capture_cut_are_told()
    {
        var stream = new MemoryStream();
        var writer = new PcapWriter(stream, long.MaxValue, snapBytes: 64);
        writer.TryWrite(1, Ends.Client(40_000, TcpFlags.Ack, payload: 100).ToNode());
        CommandLine run = await Replay(stream.ToArray());
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("drop_truncated", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 frames were cut by the capture", run.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_configuration_is_told_whole_and_nothing_is_written()
    {
        string config = Path.Combine(_folder, "node.json");
        await File.WriteAllTextAsync(config, """{ "mac": "x", "color": 1 }""");
        CommandLine run = await Replay(OneSyn(), config);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("$.mac: is \"x\"; write a MAC address", run.Notes, StringComparison.Ordinal);
        Assert.Contains("$.color: is not known here", run.Notes, StringComparison.Ordinal);
        Assert.Contains("$.vips: is missing", run.Notes, StringComparison.Ordinal);
        Assert.False(File.Exists(Out));
    }

    [Theory]
    [InlineData("--config", "nowhere.json", 2, "the configuration cannot be read: ")]
    [InlineData("--in", "nowhere.pcap", 1, "nowhere.pcap cannot be opened: ")]
    [InlineData("--out", "/nowhere/out.pcap", 1, "/nowhere/out.pcap cannot be opened: ")]
    [InlineData("--engine", "fpga", 2, "'fpga' not recognized")]
    public async Task A_file_or_a_word_that_cannot_be_is_told(string option, string value, int exitCode, string told)
    {
        await File.WriteAllBytesAsync(In, OneSyn());
        string[] words = ["replay", "--config", Sample.File, "--engine", "csharp", "--in", In, "--out", Out];
        words[Array.IndexOf(words, option) + 1] = value;
        CommandLine run = await CommandLine.RunAsync(words);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(told, run.Notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_input_is_never_overwritten()
    {
        await File.WriteAllBytesAsync(In, OneSyn());
        CommandLine run = await CommandLine.RunAsync(
            "replay", "--config", Sample.File, "--engine", "csharp", "--in", In, "--out", _folder + "/./in.pcap");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(OneSyn(), await File.ReadAllBytesAsync(In));
    }
}
