using Hyperplane.Flows.Remote;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>Calls by a function.</summary>
internal sealed class SimulatedCaller(Action<ushort, byte[]> call) : IReplicaCaller
{
    public void Call(ushort address, ReadOnlySpan<byte> request) => call(address, request.ToArray());
}
