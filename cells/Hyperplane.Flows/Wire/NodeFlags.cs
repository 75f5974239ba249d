namespace Hyperplane.Flows.Wire;

/// <summary>How a node stands in its cell.</summary>
[Flags]
public enum NodeFlags : byte
{
    /// <summary>Fills its replicas.</summary>
    None = 0,

    /// <summary>Was complete once since its start: it may be asked and decides.</summary>
    Holds = 1,

    /// <summary>Leaves: its flows may be claimed, it holds nothing any more.</summary>
    Drains = 2,
}
