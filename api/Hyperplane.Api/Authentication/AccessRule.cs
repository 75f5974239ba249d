namespace Hyperplane.Api.Authentication;

/// <summary>Metadata of an endpoint: whose key it asks for.</summary>
internal sealed record AccessRule(Access Access);
