using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Hyperplane.Mesh.Tests.Hosts;

/// <summary>A node in a process of its own, which can be killed and stopped.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly BlockingCollection<string> _lines = [];

    public NodeProcess(ushort id, ulong start, TestNode peer)
    {
        _process = Process.Start(new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "Hyperplane.Mesh.Node.dll"), $"node={id}", $"start={start}",
                $"address=127.0.0.{id}", $"key={Convert.ToHexString(TestNode.CellKey)}",
                $"peer={peer.Id}@{peer.Host.ListenEndPoint}",
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                _lines.Add(line.Data);
        };
        _process.BeginOutputReadLine();
        int port = int.Parse(Next("listening"), CultureInfo.InvariantCulture);
        AsPeer = new MeshPeer(id, new IPEndPoint(IPAddress.Parse($"127.0.0.{id}"), port));
    }

    public MeshPeer AsPeer { get; }

    /// <summary>The next line, which must begin with a word; gives the rest.</summary>
    public string Next(string word)
    {
        Assert.True(_lines.TryTake(out string? line, 45_000), $"the process did not print {word}");
        Assert.StartsWith(word + " ", line, StringComparison.Ordinal);
        return line[(word.Length + 1)..];
    }

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Sends a signal by name.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _lines.Dispose();
    }
}
