using System.Buffers.Binary;

namespace Hyperplane.Dataplane.Flows;

/// <summary>Which of a node's pipelines a frame is judged by: both keys of a flow lead to one.</summary>
/// <remarks>A key has one of 16 classes: the hash of all but its destination port, plus that port, modulo 16. So of 16
/// neighbouring source ports towards a target exactly one gives the target's answers the class of the client's frames
/// (<see cref="SnatPorts"/>). Classes do not depend on the number of pipelines, so a flow keeps that property where
/// another node, with other queues, carries it on. Immutable.</remarks>
/// <param name="pipelines">1 to <see cref="Classes"/>; a power of two shares the flows evenly.</param>
/// <param name="seed">The same on all nodes of a cell.</param>
public sealed class FlowHomes(int pipelines, ulong seed)
{
    /// <summary>Classes of keys, and the most pipelines of a node.</summary>
    public const int Classes = 16;

    /// <summary>The pipelines.</summary>
    public int Pipelines { get; } = pipelines is >= 1 and <= Classes
        ? pipelines
        : throw new ArgumentOutOfRangeException(nameof(pipelines), $"1 to {Classes}");

    /// <summary>The pipeline that judges frames with this key.</summary>
    public int Of(in FlowKey key) => HomeOf(ClassOf(key));

    /// <summary>The class of a key.</summary>
    public int ClassOf(in FlowKey key) =>
        (int)((FlowHash.WithoutDestinationPort(key, seed) + Port(key.DestinationPortBe)) % Classes);

    /// <summary>How far above its destination port the next port is that gives a key a class, 0 to 15.</summary>
    public uint StepsTo(int wanted, in FlowKey key) => (uint)(wanted - ClassOf(key)) % Classes;

    /// <summary>A pipeline's part of what the pipelines share by flows; at least 1.</summary>
    public int ShareOf(int pipeline, int whole)
    {
        int classes = Enumerable.Range(0, Classes).Count(one => HomeOf(one) == pipeline);
        return (int)Math.Max(1, (((long)whole * classes) + Classes - 1) / Classes);
    }

    private int HomeOf(int keyClass) => keyClass * Pipelines / Classes;

    private static ushort Port(ushort portBe) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(portBe) : portBe;
}
