using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Tool.Configuration;
using Hyperplane.Dataplane.Tool.Replay;

namespace Hyperplane.Dataplane.Tool.Tests.Replay;

/// <summary>What a replay wrote.</summary>
internal sealed record Replayed(string[] Lines, byte[] Output, string Notes)
{
    /// <summary>Replays a capture by files, as the command does.</summary>
    public static Replayed Run(HpdpConfig config, bool useXdp, byte[] capture)
    {
        string folder = System.IO.Directory.CreateTempSubdirectory("hpdp-test-").FullName;
        try
        {
            string input = Path.Combine(folder, "in.pcap");
            string output = Path.Combine(folder, "out.pcap");
            File.WriteAllBytes(input, capture);
            var lines = new MemoryStream();
            var notes = new StringWriter();
            ReplayRun.Run(config, useXdp, input, output, lines, notes, CancellationToken.None);
            string text = System.Text.Encoding.UTF8.GetString(lines.ToArray());
            Assert.True(text.Length == 0 || text[^1] == '\n');
            return new Replayed(
                text.Split('\n', StringSplitOptions.RemoveEmptyEntries), File.ReadAllBytes(output), notes.ToString());
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The frames of <see cref="Output"/>.</summary>
    public List<(long TimeNs, byte[] Frame)> Sent()
    {
        var frames = new List<(long, byte[])>();
        PcapReader reader = PcapReader.Open(new MemoryStream(Output), out _)!;
        while (reader.TryRead(out PcapRecord record))
            frames.Add((record.TimeNs, record.Frame.ToArray()));
        Assert.Null(reader.Problem);
        return frames;
    }
}
