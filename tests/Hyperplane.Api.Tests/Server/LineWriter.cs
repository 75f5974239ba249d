using System.Text;
using System.Threading.Channels;

namespace Hyperplane.Api.Tests.Server;

/// <summary>A writer whose lines can be awaited.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value) => _lines.Writer.TryWrite(value ?? "");

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    /// <summary>The next line; waits for it at most a minute.</summary>
    public async Task<string> NextAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _lines.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>The lines that nobody awaited.</summary>
    public string[] Rest()
    {
        var lines = new List<string>();
        while (_lines.Reader.TryRead(out string? line))
            lines.Add(line);
        return [.. lines];
    }
}
