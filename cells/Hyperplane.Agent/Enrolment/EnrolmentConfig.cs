namespace Hyperplane.Agent.Enrolment;

/// <summary>Who enrols where.</summary>
/// <param name="Cell">The node's cell.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Controller"><c>unix:/path</c> or <c>https://host:port</c>.</param>
/// <param name="TokenFile">Where an operator puts a token; null: the node has enrolled before.</param>
/// <param name="StateDirectory">Where the certificate is kept.</param>
public sealed record EnrolmentConfig(
    string Cell, string Node, string Controller, string? TokenFile, string StateDirectory);
