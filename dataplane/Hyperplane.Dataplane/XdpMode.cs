namespace Hyperplane.Dataplane;

/// <summary>Where the XDP program runs.</summary>
public enum XdpMode
{
    /// <summary>In the driver, before the kernel makes a packet of the frame.</summary>
    Native,

    /// <summary>Behind the driver: works with any, at a multiple of the cost.</summary>
    Generic,
}
