namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>What a packet can come in.</summary>
public enum Encapsulation
{
    Ip,
    Gre,
    GreWithKey,
    Gue,
    Vxlan,
}
