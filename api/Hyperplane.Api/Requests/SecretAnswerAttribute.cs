namespace Hyperplane.Api.Requests;

/// <summary>Metadata of an endpoint whose answer has a secret: it is never kept.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SecretAnswerAttribute : Attribute;
