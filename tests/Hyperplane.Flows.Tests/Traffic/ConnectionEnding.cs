namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>Who ends a connection.</summary>
internal enum ConnectionEnding
{
    ClientCloses,
    TargetCloses,
    ClientResets,
}
