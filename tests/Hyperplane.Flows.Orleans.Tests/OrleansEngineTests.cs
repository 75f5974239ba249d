using Hyperplane.Flows.Tests.Contract;

namespace Hyperplane.Flows.Orleans.Tests;

/// <summary>Grains hold the records.</summary>
public sealed class OrleansEngineTests(MembershipDatabase database) : FlowEngineContract
{
    private protected override ICellUnderTest NewCell() => new OrleansCellUnderTest(database.Connection);
}
