using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.Snapshots;

namespace Hyperplane.Api.Tests.Memory;

/// <summary>Cell "a1" with versions 1 and 2; a node refuses the second.</summary>
internal sealed class MemorySnapshots : ISnapshots
{
    private static readonly DateTimeOffset Made = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private CellSnapshots _state =
        new("a1", 2, RolloutPhase.Halted, "Node n1 refused version 2: no room", null, null, ["198.18.0.9"]);

    public Task<Outcome<IReadOnlyList<SnapshotInfo>>> ListAsync(string cell, CancellationToken cancel) =>
        Task.FromResult(At<IReadOnlyList<SnapshotInfo>>(cell, () => [Info(2), Info(1)]));

    public Task<Outcome<CellSnapshots>> GetAsync(string cell, CancellationToken cancel) =>
        Task.FromResult(At(cell, () => _state));

    public Task<Outcome<SnapshotInfo>> GetAsync(string cell, ulong version, CancellationToken cancel) =>
        Task.FromResult(version is 1 or 2 ? At(cell, () => Info(version)) : NotFound<SnapshotInfo>());

    public Task<Outcome<SnapshotDifference>> DiffAsync(
        string cell, ulong? from, ulong? to, CancellationToken cancel) =>
        Task.FromResult(At(cell, () => new SnapshotDifference(
            cell, from ?? 1, to ?? 2, false, [new SnapshotChangeCount(SnapshotPart.TargetGroup, 0, 1, 0)],
            [new SnapshotChange(SnapshotPart.TargetGroup, SnapshotChangeKind.Removed, "tg-1")])));

    public Task<Outcome<CellSnapshots>> PinAsync(string cell, ulong? version, CancellationToken cancel) =>
        Task.FromResult(version is 1 or 2
            ? At(cell, () => _state = _state with { PinnedVersion = version })
            : NotFound<CellSnapshots>());

    public Task<Outcome<CellSnapshots>> UnpinAsync(string cell, CancellationToken cancel) =>
        Task.FromResult(At(cell, () => _state = _state with { PinnedVersion = null }));

    public Task<Outcome<CellSnapshots>> RollBackAsync(string cell, CancellationToken cancel) =>
        Task.FromResult(At(cell, () => _state = _state with { PinnedVersion = 1 }));

    public Task<Outcome<CellSnapshots>> AllowRemovalsAsync(string cell, CancellationToken cancel) =>
        Task.FromResult(At(cell, () => _state = _state with { KeptVips = [] }));

    private static SnapshotInfo Info(ulong version) => new(
        "a1", version, Made, 1_234, version == 1, [new SnapshotChangeCount(SnapshotPart.Vip, 1, 0, 0)], 2,
        version == 2 ? [new SnapshotRefusal("n1", "no room")] : [], true, version == 2,
        version == 2 ? RolloutPhase.Halted : null, version == 2 ? "Node n1 refused version 2: no room" : null, null);

    private static Outcome<T> At<T>(string cell, Func<T> value) =>
        cell == "a1" ? new Outcome<T>.Done(value(), true) : NotFound<T>();

    private static Outcome<T> NotFound<T>() =>
        new Outcome<T>.Refused(new Refusal(RefusalKind.NotFound, "not_found", "There is no such thing.", []));
}
