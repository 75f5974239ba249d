namespace Hyperplane.Flows.Tests.Contract;

/// <summary>The nodes hold the records.</summary>
public sealed class EmbeddedEngineTests : FlowEngineContract
{
    private protected override ICellUnderTest NewCell() => new SimulatedCellUnderTest(replicasLiveElsewhere: false);
}
