using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.TargetGroups;
using TargetGroup = Hyperplane.Cells.Contracts.TargetGroup;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Encodes target groups with their targets: of all that a region has, nine in ten messages are
/// targets.</summary>
/// <remarks>
/// The bytes are those of the messages' own encoder, which wants an object for each target and each address, and counts
/// every length first. What is said of health checks and flows is alike in most groups and encoded once.
/// </remarks>
/// <param name="zone">The cell's zone: targets of others are far.</param>
internal sealed class GroupEncoder(string zone)
{
    private const int MostOfATarget = 64;

    private readonly Dictionary<(HealthCheckConfig, TargetGroupSettings), (byte[] Before, byte[] Behind)> _settings =
        [];

    private byte[] _buffer = new byte[4_096];
    private int _length;

    /// <summary>The bytes of a group's message.</summary>
    public byte[] Encode(DesiredGroup group)
    {
        (byte[] before, byte[] behind) = Settings(group);
        _length = 0;
        Reserve(MostOfATarget + Encoding.UTF8.GetMaxByteCount(group.Id.Length) + before.Length);
        Number(TargetGroup.IdFieldNumber, group.Number);
        if (group.Id.Length > 0)
        {
            Varint(WireFormat.MakeTag(TargetGroup.NameFieldNumber, WireFormat.WireType.LengthDelimited));
            Varint((uint)Encoding.UTF8.GetByteCount(group.Id));
            _length += Encoding.UTF8.GetBytes(group.Id, _buffer.AsSpan(_length));
        }

        Bytes(before);
        DesiredTarget[] targets = InOrder(group.Targets);
        foreach (ref readonly DesiredTarget target in targets.AsSpan())
        {
            Reserve(MostOfATarget);
            Add(target);
        }

        Reserve(behind.Length);
        Bytes(behind);
        return _buffer.AsSpan(0, _length).ToArray();
    }

    private static DesiredTarget[] InOrder(DesiredTarget[] targets)
    {
        for (int i = 1; i < targets.Length; i++)
        {
            if (targets[i].Number < targets[i - 1].Number)
                return [.. targets.OrderBy(target => target.Number)];
        }

        return targets;
    }

    private (byte[] Before, byte[] Behind) Settings(DesiredGroup group)
    {
        if (_settings.TryGetValue((group.HealthCheck, group.Settings), out (byte[] Before, byte[] Behind) known))
            return known;
        byte[] bytes = SnapshotCompiler.ToSettings(group).ToByteArray();
        int split = WireFields.Before(
            bytes, WireFormat.MakeTag(TargetGroup.TargetsFieldNumber, WireFormat.WireType.LengthDelimited));
        return _settings[(group.HealthCheck, group.Settings)] = (bytes[..split], bytes[split..]);
    }

    private void Add(in DesiredTarget target)
    {
        _buffer[_length++] =
            (byte)WireFormat.MakeTag(TargetGroup.TargetsFieldNumber, WireFormat.WireType.LengthDelimited);
        // Its length is one byte: all fields together are at most 44.
        int at = _length++;
        Number(Target.IdFieldNumber, target.Number);
        Span<byte> address = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(address, target.Address.Value);
        if (target.Address.IsIpv4)
            address = address[12..];
        Varint(WireFormat.MakeTag(Target.AddressFieldNumber, WireFormat.WireType.LengthDelimited));
        Varint((uint)address.Length);
        Bytes(address);
        Number(Target.PortFieldNumber, (uint)target.Port);
        Number(Target.WeightFieldNumber, (uint)target.Weight);
        Number(Target.DrainingFieldNumber, target.Draining ? 1u : 0);
        Number(Target.EndsFieldNumber, target.Ends ? 1u : 0);
        Number(Target.FarFieldNumber, target.IsFar(zone) ? 1u : 0);
        _buffer[at] = (byte)(_length - at - 1);
    }

    /// <summary>A field of a number; none for 0.</summary>
    private void Number(int field, uint value)
    {
        if (value == 0)
            return;
        Varint(WireFormat.MakeTag(field, WireFormat.WireType.Varint));
        Varint(value);
    }

    private void Varint(uint value) => _length += WireFields.Varint(_buffer.AsSpan(_length), value);

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_length + bytes > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
    }
}
