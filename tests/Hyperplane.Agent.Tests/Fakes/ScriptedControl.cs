using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Hyperplane.Agent.Snapshots;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>A controller in memory: each ask waits for the next answer of the test.</summary>
internal sealed class ScriptedControl : ICellControl
{
    private readonly Channel<AskRequest> _asks = Channel.CreateUnbounded<AskRequest>();
    private readonly Channel<Func<CancellationToken, Task<List<SnapshotChunk>>>> _answers =
        Channel.CreateUnbounded<Func<CancellationToken, Task<List<SnapshotChunk>>>>();

    private readonly Channel<NodeReport> _reports = Channel.CreateUnbounded<NodeReport>();

    public Func<NodeReport, CancellationToken, Task<ReportReply>> OnReport { get; set; } = (_, _) =>
        Task.FromResult(new ReportReply());

    /// <summary>The next ask, once it is there.</summary>
    public async Task<AskRequest> NextAsk() => await _asks.Reader.ReadAsync(TestContext.Current.CancellationToken)
        .AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async Task<NodeReport> NextReport() => await _reports.Reader.ReadAsync(TestContext.Current.CancellationToken)
        .AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public bool TryNextReport(out NodeReport? report) => _reports.Reader.TryRead(out report);

    public void Answer(params IEnumerable<SnapshotChunk> chunks) =>
        _answers.Writer.TryWrite(_ => Task.FromResult(chunks.ToList()));

    public void Unchanged() => Answer();

    public void Fail(string reason) =>
        _answers.Writer.TryWrite(_ => Task.FromException<List<SnapshotChunk>>(new ControllerAwayException(reason)));

    public void NeverEnd() => _answers.Writer.TryWrite(async ct =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return [];
    });

    public async IAsyncEnumerable<SnapshotChunk> AskAsync(AskRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _asks.Writer.TryWrite(request);
        Func<CancellationToken, Task<List<SnapshotChunk>>> answer = await _answers.Reader.ReadAsync(cancellationToken);
        foreach (SnapshotChunk chunk in await answer(cancellationToken))
            yield return chunk;
    }

    public Task<ReportReply> ReportAsync(NodeReport report, CancellationToken cancellationToken)
    {
        _reports.Writer.TryWrite(report);
        return OnReport(report, cancellationToken);
    }
}
