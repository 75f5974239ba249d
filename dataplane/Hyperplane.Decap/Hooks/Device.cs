using System.Net.NetworkInformation;
using Hyperplane.Dataplane.Kernel;

namespace Hyperplane.Decap.Hooks;

/// <summary>An interface of this network namespace.</summary>
/// <param name="Name">As <c>ip link</c> shows it.</param>
/// <param name="Index">The kernel's number.</param>
internal sealed record Device(string Name, int Index)
{
    /// <summary>By name; <see cref="ExitCode.NoInterface"/> when there is none such.</summary>
    public static Device Named(string name)
    {
        uint index = LibC.InterfaceIndex(name);
        return index != 0
            ? new Device(name, (int)index)
            : throw new DecapFailure(
                ExitCode.NoInterface,
                $"there is no interface {name} in this network namespace; `ip -br link` lists those that are.");
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<Device> All() =>
        from one in NetworkInterface.GetAllNetworkInterfaces()
        let index = LibC.InterfaceIndex(one.Name)
        where index != 0
        orderby index
        select new Device(one.Name, (int)index);
}
