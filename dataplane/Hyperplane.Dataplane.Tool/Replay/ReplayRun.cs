using System.Globalization;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Tool.Configuration;

namespace Hyperplane.Dataplane.Tool.Replay;

/// <summary>The files and the words around a <see cref="Replayer"/>.</summary>
internal static class ReplayRun
{
    private const int BufferBytes = 1 << 20;
    private const int ProgressFrames = 100_000;
    private const int FramesBetweenLooks = 1_024;
    private const int LogLines = 20;

    /// <summary>Replays a capture.</summary>
    /// <param name="config">The node.</param>
    /// <param name="useXdp">The XDP program in this kernel; otherwise the pipeline in C#.</param>
    /// <param name="input">A capture.</param>
    /// <param name="output">Is overwritten; nothing is written before the first frame can be judged.</param>
    /// <param name="lines">Where a JSON line a frame goes.</param>
    /// <param name="notes">Where all else goes.</param>
    /// <param name="interrupted">Ends it between two frames; what was written is whole.</param>
    /// <exception cref="ToolFailure">Something is wrong with a file or with a frame.</exception>
    public static void Run(
        HpdpConfig config, bool useXdp, string input, string output, Stream lines, TextWriter notes,
        CancellationToken interrupted)
    {
        if (Path.GetFullPath(input) == Path.GetFullPath(output))
            throw new ToolFailure(ExitCode.Usage, $"--in and --out are the same file, {input}");
        using Stream capture = Open(input, () => new FileStream(
            input, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes));
        PcapReader reader = PcapReader.Open(capture, out string? problem)
            ?? throw new ToolFailure(ExitCode.Error, $"{input}: {problem}", Advice(problem));
        using IReplayEngine engine = Engine(config, useXdp);
        using Stream written = Open(output, () => new FileStream(
            output, FileMode.Create, FileAccess.Write, FileShare.Read, BufferBytes));
        using var buffered = new BufferedStream(lines, BufferBytes);
        using var json = new JsonLines(buffered);
        var replayer = new Replayer(engine, new OwnFrames(config), new PcapWriter(written, long.MaxValue));
        try
        {
            while (reader.TryRead(out PcapRecord record))
            {
                json.Write(replayer.Next(record));
                if (replayer.Frames % FramesBetweenLooks == 0)
                    interrupted.ThrowIfCancellationRequested();
                if (replayer.Frames % ProgressFrames == 0)
                    notes.WriteLine(Progress(replayer.Frames, capture));
            }
        }
        catch (ToolFailure failure)
        {
            throw new ToolFailure(failure.ExitCode, $"{input}: {failure.Message}", failure.Details);
        }
        foreach (string line in replayer.Summary())
            notes.WriteLine(line);
        if (reader.Problem is { } damage)
            throw new ToolFailure(
                ExitCode.Error,
                string.Create(CultureInfo.InvariantCulture, $"{input}: {damage}, behind frame {replayer.Frames}"),
                [$"the frames before that were judged; {output} has what was sent"]);
    }

    private static IReplayEngine Engine(HpdpConfig config, bool useXdp)
    {
        if (!useXdp)
            return new PipelineEngine(config);
        try
        {
            return new XdpEngine(config);
        }
        catch (KernelException refused)
        {
            throw new ToolFailure(
                ExitCode.Error, $"--engine xdp: {refused.Message}",
                [
                    "--engine csharp needs no rights and gives the same answers",
                    .. refused.VerifierLog.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(LogLines),
                ]);
        }
    }

    private static T Open<T>(string file, Func<T> open)
        where T : Stream
    {
        try
        {
            return open();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolFailure(ExitCode.Error, $"{file} cannot be opened: {failure.Message}");
        }
    }

    private static string[] Advice(string? problem) => problem switch
    {
        { } text when text.Contains("0a0d0d0a", StringComparison.Ordinal) =>
            ["that is pcapng; editcap -F pcap IN OUT, or tshark -F pcap -r IN -w OUT, makes a classic one"],
        { } text when text.StartsWith("link type", StringComparison.Ordinal) =>
            ["capture on an Ethernet interface, not on \"any\" (tcpdump -i eth0 -w FILE)"],
        _ => ["classic pcap files of Ethernet are read, as tcpdump -i eth0 -w FILE writes them"],
    };

    private static string Progress(long frames, Stream capture)
    {
        double share = capture.CanSeek && capture.Length > 0 ? 100.0 * capture.Position / capture.Length : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{frames:N0} frames, {share:F0} % of the capture");
    }
}
