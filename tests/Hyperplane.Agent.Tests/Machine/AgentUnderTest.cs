using System.Diagnostics;
using Hyperplane.Agent.Tests.Fakes;
using Hyperplane.Lab;

namespace Hyperplane.Agent.Tests.Machine;

/// <summary>The agent as a process; its output is kept.</summary>
internal sealed class AgentUnderTest
{
    private readonly Process _process;

    public AgentUnderTest(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(Output, e.Data);
        process.ErrorDataReceived += (_, e) => Keep(Log, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The agent that was built with this test.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "hyperplane-agent");

    public LineWriter Output { get; } = new();

    public LineWriter Log { get; } = new();

    /// <summary>Ends once a line was printed; fails with the whole log when the process ends before, or in a
    /// minute.</summary>
    public async Task Prints(string line)
    {
        Task found = Output.Has(line);
        using var limit = new CancellationTokenSource();
        await Task.WhenAny(found, _process.WaitForExitAsync(limit.Token));
        await limit.CancelAsync();
        Assert.True(
            found.IsCompletedSuccessfully,
            $"'{line}' was not printed:\n{string.Join('\n', Output.Lines)}\n{string.Join('\n', Log.Lines)}");
    }

    public void Signal(string name) => Command.Run("kill", $"-{name}", $"{_process.Id}");

    public async Task<int> Exit()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    private static void Keep(LineWriter to, string? line)
    {
        if (line is not null)
            to.WriteLine(line);
    }
}
