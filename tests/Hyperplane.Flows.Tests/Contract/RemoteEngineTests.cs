namespace Hyperplane.Flows.Tests.Contract;

/// <summary>Replicas outside the nodes hold the records.</summary>
public sealed class RemoteEngineTests : FlowEngineContract
{
    private protected override ICellUnderTest NewCell() => new SimulatedCellUnderTest(replicasLiveElsewhere: true);
}
