namespace Hyperplane.Dataplane.Packets;

/// <summary>The control bits of a TCP header (RFC 9293, section 3.1).</summary>
[Flags]
public enum TcpFlags : byte
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>The sender has no more data.</summary>
    Fin = 0x01,

    /// <summary>Opens a connection.</summary>
    Syn = 0x02,

    /// <summary>Aborts a connection.</summary>
    Rst = 0x04,

    /// <summary>Deliver without delay.</summary>
    Psh = 0x08,

    /// <summary>The acknowledgement number counts.</summary>
    Ack = 0x10,

    /// <summary>The urgent pointer counts.</summary>
    Urg = 0x20,
}
