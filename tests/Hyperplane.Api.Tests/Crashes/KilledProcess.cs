using Hyperplane.Lab.Control;

namespace Hyperplane.Api.Tests.Crashes;

/// <summary>A server that is killed and, as a supervisor does, started again until it is ready.</summary>
internal sealed class KilledProcess(string role, IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private const int MostStarts = 40;
    private const int RequestFailed = 1002;
    private readonly List<string> _failures = [];
    private ServerProcess? _process;

    /// <summary>Requests that it could not explain, with what was thrown.</summary>
    public IReadOnlyList<string> Failures => [.. _failures, .. _process?.Lines(RequestFailed) ?? []];

    /// <summary>Starts it; again when it cannot reach its database yet.</summary>
    public async Task StartAsync()
    {
        for (int start = 1; _process is null; start++)
        {
            try
            {
                _process = await ServerProcess.StartAsync(role, environment);
            }
            catch (InvalidOperationException) when (start < MostStarts)
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>SIGKILL; says so when it had ended by itself before.</summary>
    public void Kill()
    {
        Assert.False(_process!.HasExited, $"hyperplane-server --role {role} ended by itself: {_process.LastLine}");
        Dispose();
    }

    public void Dispose()
    {
        if (_process is null)
            return;
        _process.Dispose();
        _failures.AddRange(_process.Lines(RequestFailed));
        _process = null;
    }
}
