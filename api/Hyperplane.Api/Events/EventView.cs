using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Events;

namespace Hyperplane.Api.Events;

/// <summary>One change in the audit trail.</summary>
internal sealed record EventView(
    [property: Required, Description("Grows with every change.")] long Id,
    [property: Required, Description("When it was made.")] DateTimeOffset At,
    [property: Description("Whose resource; null for an operator's.")] string? TenantId,
    [property: Required, Example("load_balancer.created"), Description("What was done.")] string Action,
    [property: Required, Description("The id or name of what was changed.")] string Resource,
    [property: Required, Description("Its generation after the change; 0 where there is none.")] long Generation,
    [property: Required, Example("operator"),
     Description("The key that asked; `operator` for the operator's, `system` for what happened by itself.")]
    string KeyId,
    [property: Description("The id of the request; null for what happened by itself.")] string? RequestId)
{
    /// <summary>The controller's event for the wire.</summary>
    public static EventView From(Event one) => new(
        one.Id, one.At, one.TenantId, one.Action, one.Resource, one.Generation, one.KeyId, one.RequestId);
}
