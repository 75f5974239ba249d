using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>An availability zone with its address pools; targets' firewalls must let the last two in.</summary>
internal sealed record ZonePoolsView(
    [property: Required, Example("a"), Description("Its name.")] string Name,
    [property: Required, Example("198.18.0.0/20"), Description("The load balancers' addresses.")] string VipPool,
    [property: Required, Example("198.19.0.0/24"), Description("Source addresses towards targets.")] string SnatPool,
    [property: Required, Example("198.19.1.0/24"), Description("Source addresses of health checks.")] string ProbePool)
{
    /// <summary>The controller's zone for the wire.</summary>
    public static ZonePoolsView From(Zone zone) => new(zone.Name, zone.VipPool, zone.SnatPool, zone.ProbePool);
}
