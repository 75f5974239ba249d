using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>Keeps what is logged, and lets a test wait for it.</summary>
internal sealed class LogSink : ILogger
{
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource<string>> _first = [];

    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>The first line of an event.</summary>
    public Task<string> First(int eventId) => Waiter(eventId).Task.WaitAsync(TimeSpan.FromSeconds(30));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?,
            string> formatter)
    {
        string line = formatter(state, exception);
        _lines.Enqueue(line);
        Waiter(eventId.Id).TrySetResult(line);
    }

    private TaskCompletionSource<string> Waiter(int eventId) => _first.GetOrAdd(
        eventId, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
