namespace Hyperplane.Bgp.Messages;

/// <summary>Path attributes we write or understand (RFC 4271 5.1, 1997, 4760, 6793).</summary>
internal enum PathAttributeType : byte
{
    Origin = 1,
    AsPath = 2,
    NextHop = 3,
    MultiExitDisc = 4,
    LocalPref = 5,
    AtomicAggregate = 6,
    Aggregator = 7,
    Communities = 8,
    MpReachNlri = 14,
    MpUnreachNlri = 15,
    As4Path = 17,
}
