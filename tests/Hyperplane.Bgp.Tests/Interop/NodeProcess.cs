using System.Diagnostics;
using System.Threading.Channels;
using Hyperplane.Lab;

namespace Hyperplane.Bgp.Tests.Interop;

/// <summary>A speaker in a namespace, driven by lines.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _history = [];

    public NodeProcess(NetworkNamespace space, string[] settings)
    {
        Space = space;
        string program = Path.Combine(AppContext.BaseDirectory, "Hyperplane.Bgp.Node.dll");
        _process = space.Start("dotnet", [program, .. settings]);
        _process.OutputDataReceived += (_, e) => OnLine(e.Data);
        _process.ErrorDataReceived += (_, e) => OnLine(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public NetworkNamespace Space { get; }

    /// <summary>Everything printed so far.</summary>
    public IReadOnlyList<string> History
    {
        get
        {
            lock (_history)
                return [.. _history];
        }
    }

    public void Say(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    /// <summary>Reads on until a line contains the text.</summary>
    public async Task<string> Until(string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            while (true)
            {
                string line = await _lines.Reader.ReadAsync(deadline.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"the node never printed \"{text}\", but:\n{string.Join('\n', History)}", e);
        }
    }

    /// <summary>SIGKILL: its kernel closes the connection without a word of BGP.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        lock (_history)
            _history.Add(line);
        _lines.Writer.TryWrite(line);
    }
}
