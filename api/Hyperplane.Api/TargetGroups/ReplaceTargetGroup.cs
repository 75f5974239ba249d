namespace Hyperplane.Api.TargetGroups;

/// <summary>The body that says anew what a target group shall be: what is left out gets its default.</summary>
internal sealed record ReplaceTargetGroup : TargetGroupBody;
