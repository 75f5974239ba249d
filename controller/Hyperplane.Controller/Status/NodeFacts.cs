namespace Hyperplane.Controller.Status;

/// <summary>A node as far as a status depends on it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="Draining">Whether it is asked to leave.</param>
/// <param name="Live">Whether it reported a moment ago.</param>
/// <param name="Report">Its last report; null when it never reported.</param>
internal sealed record NodeFacts(
    int Id, string Name, string Cell, bool Draining, bool Live, NodeReportRow? Report);
