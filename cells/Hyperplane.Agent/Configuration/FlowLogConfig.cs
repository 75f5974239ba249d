namespace Hyperplane.Agent.Configuration;

/// <summary>Where the flow log is written.</summary>
/// <param name="Directory">Made, for its user and group alone, when the first line is written; default
/// <c>flow-log</c> in the state directory.</param>
/// <param name="FileMebibytes">A file grows to this, 1 to 1,024; default 32.</param>
/// <param name="Files">So many are kept, the oldest goes first, 2 to 1,000; default 8.</param>
public sealed record FlowLogConfig(string Directory, int FileMebibytes = 32, int Files = 8);
