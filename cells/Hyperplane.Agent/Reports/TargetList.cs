using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Hyperplane.Agent.Health;
using Hyperplane.Agent.Runtime;
using Hyperplane.Cells.Contracts;

namespace Hyperplane.Agent.Reports;

/// <summary>How the targets are, as the controller reads it, with a hash by which it knows them again.</summary>
/// <param name="Of">What it was made of.</param>
/// <param name="Told">As many as a report may have.</param>
/// <param name="Hash">SHA-256 of them, but for when their checks ended: each check has another time, and tells
/// nothing.</param>
internal sealed record TargetList(
    ImmutableArray<TargetStatus> Of, ImmutableArray<TargetHealth> Told, ByteString Hash)
{
    /// <summary>Whether a report cannot have all of them.</summary>
    public bool IsCut => Told.Length < Of.Length;

    /// <summary>Makes one; at most so many bytes of messages.</summary>
    public static TargetList From(ImmutableArray<TargetStatus> targets, int mostBytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        ImmutableArray<TargetHealth>.Builder told = ImmutableArray.CreateBuilder<TargetHealth>(targets.Length);
        int bytes = 0;
        foreach (TargetStatus target in targets)
        {
            TargetHealth message = ToMessage(target);
            byte[] untimed = message.ToByteArray();
            message.CheckedAtMs = (ulong)(target.CheckedAt?.ToUnixTimeMilliseconds() ?? 0);
            bytes += message.CalculateSize() + 4;
            if (bytes > mostBytes)
                break;
            hash.AppendData(BitConverter.GetBytes(untimed.Length));
            hash.AppendData(untimed);
            told.Add(message);
        }

        return new TargetList(targets, told.DrainToImmutable(), ByteString.CopyFrom(hash.GetHashAndReset()));
    }

    private static TargetHealth ToMessage(TargetStatus target)
    {
        var message = new TargetHealth
        {
            TargetId = target.Key.TargetId,
            TargetGroupId = target.Key.GroupId,
            State = target.State,
            Reason = target.Reason,
            Detail = target.Detail,
            Sent = target.Sent,
            Received = target.Received,
        };
        if (target.Own is { } own)
            message.Vote = own switch
            {
                ProbeState.Healthy => TargetHealth.Types.State.Healthy,
                ProbeState.Unhealthy => TargetHealth.Types.State.Unhealthy,
                _ => TargetHealth.Types.State.Initial,
            };
        return message;
    }
}
