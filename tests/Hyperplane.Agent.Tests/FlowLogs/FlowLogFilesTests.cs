using System.Text;
using Hyperplane.Agent.Configuration;
using Hyperplane.Agent.FlowLogs;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Dataplane.FlowLogs;

namespace Hyperplane.Agent.Tests.FlowLogs;

/// <summary>Files of the flow log: bounded, whole lines, whatever the disk does.</summary>
public sealed class FlowLogFilesTests : IDisposable
{
    private const int Mebibyte = 1024 * 1024;

    private readonly TempDirectory _directory = new();

    private string Logs => _directory.File("logs");

    private string[] Files => [.. Directory.GetFiles(Logs).Order(StringComparer.Ordinal)];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Files_stay_below_their_size_and_the_oldest_goes()
    {
        using var files = new FlowLogFiles(new FlowLogConfig(Logs, 1, 3));
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(files.Append(Lines(i, 100_000)));
            Assert.InRange(Files.Length, 1, 3);
            Assert.All(Files, path => Assert.True(new FileInfo(path).Length <= Mebibyte));
        }
        Assert.Equal(["flows-000000008.jsonl", "flows-000000009.jsonl", "flows-000000010.jsonl"],
            Files.Select(path => Path.GetFileName(path)));
        string all = string.Concat(Files.Select(File.ReadAllText));
        Assert.Equal(Enumerable.Range(70, 30).Select(i => $"{i}"),
            all.TrimEnd('\n').Split('\n').Select(line => line.Split(' ')[0]));
    }

    [Fact]
    public void Lines_are_for_the_agents_user_and_group_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no modes there");
        using var files = new FlowLogFiles(new FlowLogConfig(Logs));
        Assert.Null(files.Append(Lines(1, 10)));
        const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.None, (File.GetUnixFileMode(Files[0]) | File.GetUnixFileMode(Logs)) & Others);
    }

    [Fact]
    public void An_agent_that_starts_anew_goes_on_with_the_newest_file_on_a_line_of_its_own()
    {
        var config = new FlowLogConfig(Logs, 1, 2);
        using (var files = new FlowLogFiles(config))
            files.Append(Lines(1, 10));
        File.AppendAllText(Files[0], "2 cut o");
        File.WriteAllText(Path.Combine(Logs, "flows-note.jsonl"), "not ours");
        using (var files = new FlowLogFiles(config))
            files.Append(Lines(3, 10));
        Assert.Equal(2, Files.Length);
        Assert.Equal(["1", "2", "3"], File.ReadAllLines(Files[0]).Select(line => line.Split(' ')[0]));
        using (var files = new FlowLogFiles(config))
            files.Append(Lines(4, Mebibyte - 10));
        Assert.Equal(3, Files.Length);
    }

    [Fact]
    public void A_file_that_somebody_takes_away_is_made_anew()
    {
        using var files = new FlowLogFiles(new FlowLogConfig(Logs));
        files.Append(Lines(1, 10));
        Directory.Delete(Logs, recursive: true);
        Assert.Null(files.Append(Lines(2, 10)));
        Assert.StartsWith("2 ", File.ReadAllText(Assert.Single(Files)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_place_lines_are_lost_and_counted_and_told_of_once_until_there_is_one()
    {
        File.WriteAllText(Logs, "a file where the directory should be");
        var log = new LogSink();
        var queue = new FlowLogQueue();
        using FlowLogWriter writer = Start(queue, log);
        for (int i = 0; i < 3; i++)
        {
            queue.Write(Flow.Over(), wasEstablished: true);
            Assert.Equal(FlowLogWriter.AfterFailure, writer.Turn());
        }
        Assert.Equal((0ul, 0ul, 3ul), Counts(writer));
        Assert.Single(log.Lines);
        File.Delete(Logs);
        queue.Write(Flow.Over(), wasEstablished: true);
        Assert.Equal(FlowLogWriter.Pause, writer.Turn());
        Assert.Equal(FlowLogWriter.LongPause, writer.Turn());
        Assert.Equal((1ul, 0ul, 3ul), Counts(writer));
        Assert.Equal("the flow log is written again; 3 lines were lost", log.Lines.Last());
        Assert.Single(File.ReadAllLines(Assert.Single(Files)));
    }

    [Fact]
    public void A_full_disk_loses_lines_and_nothing_else()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs a device that is full");
        Directory.CreateDirectory(Logs);
        string path = Path.Combine(Logs, "flows-000000001.jsonl");
        File.CreateSymbolicLink(path, "/dev/full");
        var log = new LogSink();
        var queue = new FlowLogQueue(capacity: 1_024);
        using FlowLogWriter writer = Start(queue, log);
        for (int i = 0; i < 2_000; i++)
            queue.Write(Flow.Over(), wasEstablished: true);
        Assert.Equal(FlowLogWriter.AfterFailure, writer.Turn());
        Assert.Equal((0ul, 976ul, 512ul), Counts(writer));
        Assert.Contains("space", Assert.Single(log.Lines), StringComparison.OrdinalIgnoreCase);
        File.Delete(path);
        Assert.Equal(FlowLogWriter.Pause, writer.Turn());
        Assert.Equal((512ul, 976ul, 512ul), Counts(writer));
    }

    private FlowLogWriter Start(FlowLogQueue queue, LogSink log)
    {
        var time = new ManualTime();
        return new FlowLogWriter(
            queue, new FlowLogLines("node-a1", new FlowLogNames(time), time),
            new FlowLogFiles(new FlowLogConfig(Logs)), time, log);
    }

    private static (ulong Written, ulong Dropped, ulong Failed) Counts(FlowLogWriter writer)
    {
        Dictionary<string, ulong> counters = writer.ReadCounters().ToDictionary();
        return (counters["flow_log_written"], counters["flow_log_dropped"], counters["flow_log_write_failed"]);
    }

    private static byte[] Lines(int number, int bytes) =>
        Encoding.ASCII.GetBytes($"{number} ".PadRight(bytes - 1, '.') + "\n");
}
