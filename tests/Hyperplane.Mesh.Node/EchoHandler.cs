namespace Hyperplane.Mesh.Node;

/// <summary>Sends every message back and prints the rest.</summary>
internal sealed class EchoHandler : IMeshHandler
{
    public IMeshSender? Sender { get; set; }

    public void OnUp(ushort node, ulong start) => Console.WriteLine($"up {node}");

    public void OnDown(ushort node, ulong start, MeshDownReason reason) => Console.WriteLine($"down {node} {reason}");

    public void OnMessage(ushort node, byte type, ReadOnlySpan<byte> body) => Sender!.TrySend(node, type, body);

    public long OnTurn(long nowNs) => long.MaxValue;

    public void OnGap(long gapNs) => Console.WriteLine($"gap {gapNs / 1_000_000}");
}
