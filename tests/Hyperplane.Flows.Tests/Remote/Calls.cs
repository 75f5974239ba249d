using System.Runtime.InteropServices;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Flows.Remote;
using Hyperplane.Flows.Wire;

namespace Hyperplane.Flows.Tests.Remote;

/// <summary>Requests to a replica, and what it answers.</summary>
internal static class Calls
{
    public static byte[] Request(
        ulong sequence, BatchWriter? batch = null, ulong replicaStart = 0, ushort node = 1, ulong start = 7)
    {
        ReadOnlySpan<byte> ops = batch is null ? [] : batch.Written;
        byte[] request = new byte[RequestHeader.Bytes + ops.Length];
        MemoryMarshal.Write(request, new RequestHeader
        {
            Node = node, Start = start, Sequence = sequence, ReplicaStart = replicaStart,
        });
        ops.CopyTo(request.AsSpan(RequestHeader.Bytes));
        return request;
    }

    public static BatchWriter Put(params FlowRecord[] records)
    {
        var batch = new BatchWriter();
        foreach (FlowRecord record in records)
            batch.Add(FlowOpKind.Put, 0, record);
        return batch;
    }

    public static BatchWriter LookUp(FlowRecord record)
    {
        var batch = new BatchWriter();
        batch.Add(FlowOpKind.LookUp, 1, record.Forward);
        return batch;
    }

    public static AnswerHeader Header(byte[] answer) => MemoryMarshal.Read<AnswerHeader>(answer);

    public static List<FlowOp> Ops(byte[] answer)
    {
        var ops = new List<FlowOp>();
        var reader = new BatchReader(answer.AsSpan(AnswerHeader.Bytes));
        while (reader.TryRead(out FlowOp op))
            ops.Add(op);
        Assert.Null(reader.Defect);
        return ops;
    }

    /// <summary>Copies the twin, which is made complete before, to the end.</summary>
    public static int Fill(RemoteReplica replica, RemoteReplica twin)
    {
        GiveUpTwin(twin);
        int pages = 0;
        for (int cursor = 0; !replica.IsFilled; pages++)
            cursor = replica.TakePage(twin.Page(cursor), 1);
        return pages;
    }

    /// <summary>Its twin began anew as well, and both have waited.</summary>
    public static void GiveUpTwin(RemoteReplica replica)
    {
        byte[] page = new RemoteReplica(1, 16).Page(0);
        replica.TakePage(page, 1);
        replica.TakePage(page, 1 + RemoteReplica.FreshTwinSeconds);
    }
}
