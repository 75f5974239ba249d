using System.Text;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>Keeps the lines that are printed, and lets a test wait for one.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Line, TaskCompletionSource Waiter)> _waiters = [];

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            _lines.Add(value ?? "");
            foreach ((string line, TaskCompletionSource waiter) in _waiters)
            {
                if (string.Equals(line, value, StringComparison.Ordinal))
                    waiter.TrySetResult();
            }
        }
    }

    /// <summary>Ends once a line was printed, ever.</summary>
    public Task Has(string line)
    {
        lock (_gate)
        {
            if (_lines.Contains(line, StringComparer.Ordinal))
                return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((line, waiter));
            return waiter.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }
}
