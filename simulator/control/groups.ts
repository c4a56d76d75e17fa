import * as z from 'zod/mini';
import { announceGroup, changeGroup, type GroupChange, mayChange } from '../groups/change-group.ts';
import { type GroupState, memberCount } from '../groups/group.ts';
import { ControlError } from './control-error.ts';
import { calledPhone, ownPhone, parse } from './input.ts';
import type { ControlRequest } from './routes.ts';

const membersMax = 1024;

const phone = z.string().check(z.minLength(1), z.maxLength(40));
const phones = z.array(phone).check(z.maxLength(membersMax));
const subject = z.string().check(z.minLength(1), z.maxLength(100));
const groupBody = z.strictObject({
  subject,
  owner: phone,
  members: z.optional(phones),
  /** So many further members without phones. */
  crowd: z.optional(z.int().check(z.minimum(0), z.maximum(membersMax))),
  addressing: z.optional(z.enum(['pn', 'lid'])),
});
const changeBody = z.strictObject({
  by: z.optional(phone),
  subject: z.optional(subject),
  /** An empty text takes the description away. */
  description: z.optional(z.string().check(z.maxLength(2048))),
  announce: z.optional(z.boolean()),
  locked: z.optional(z.boolean()),
  joinApproval: z.optional(z.boolean()),
  everybodyAdds: z.optional(z.boolean()),
  ephemeral: z.optional(z.int().check(z.minimum(0), z.maximum(31_536_000))),
  newInvite: z.optional(z.literal(true)),
  add: z.optional(phones),
  remove: z.optional(phones),
  promote: z.optional(phones),
  demote: z.optional(phones),
  leave: z.optional(z.literal(true)),
});
const joinBody = z.strictObject({ code: z.string().check(z.minLength(1), z.maxLength(100)) });
const switches = ['announce', 'locked', 'joinApproval', 'everybodyAdds'] as const;
const peopleChanges = ['add', 'remove', 'promote', 'demote'] as const;

/** A phone makes a group. Its members' linked devices hear of it. */
export function createGroup({ world, body }: ControlRequest) {
  const { owner, members = [], subject: name, crowd = 0, addressing = 'lid' } = parse(groupBody, body);
  const creator = ownPhone(world, owner).phone;
  const numbers = members.map((each) => calledPhone(world, each).phone);
  const group = world.groups.create({ creator, subject: name, members: numbers, crowd, addressing });
  if (group === undefined) throw new ControlError(409, 'too_many_groups', 'No more groups can be made.');
  announceGroup(world, group);
  return view(group);
}

export function listGroups({ world }: ControlRequest) {
  return { groups: world.groups.all().map(view) };
}

export function getGroup(request: ControlRequest) {
  return view(groupOf(request));
}

/** Somebody, the creator unless `by` says otherwise, changes the group: one thing or several, each with a notification of its own. */
export function postGroup(request: ControlRequest) {
  const { world } = request;
  const group = groupOf(request);
  const given = parse(changeBody, request.body);
  const by = given.by === undefined ? group.creator : ownPhone(world, given.by).phone;
  const numbers = (texts: readonly string[]) =>
    texts.map((text) => world.crowd.find(text) ?? calledPhone(world, text).phone);
  const changes: GroupChange[] = [
    ...(given.subject === undefined ? [] : [{ kind: 'subject', subject: given.subject } as const]),
    ...(given.description === undefined ? [] : [{ kind: 'description', text: given.description } as const]),
    ...(given.ephemeral === undefined ? [] : [{ kind: 'ephemeral', seconds: given.ephemeral } as const]),
    ...(given.newInvite === undefined ? [] : [{ kind: 'invite' } as const]),
    ...switches.flatMap((kind) => (given[kind] === undefined ? [] : [{ kind, on: given[kind] }])),
    ...peopleChanges.flatMap((kind) => (given[kind] === undefined ? [] : [{ kind, phones: numbers(given[kind]) }])),
    ...(given.leave === undefined ? [] : [{ kind: 'leave' } as const]),
  ];
  for (const change of changes) {
    if (!mayChange(group, by, change)) {
      throw new ControlError(409, 'not_allowed', `The phone ${by} may not do this: ${change.kind}.`);
    }
    changeGroup(world, group, by, change);
  }
  return view(group);
}

/** The phone joins a group by its invite code. */
export function joinGroup({ world, parameters, body }: ControlRequest) {
  const { phone: number } = ownPhone(world, parameters.phone ?? '');
  const group = world.groups.byInvite(parse(joinBody, body).code);
  if (group === undefined) throw new ControlError(404, 'unknown_code', 'No group has this invite code.');
  changeGroup(world, group, number, { kind: 'join' });
  return view(group);
}

function groupOf({ world, parameters }: ControlRequest): GroupState {
  const group = world.groups.find(parameters.group);
  if (group === undefined) throw new ControlError(404, 'unknown_group', `There is no group ${parameters.group}.`);
  return group;
}

function view(group: GroupState) {
  const { roles, crowd, ...rest } = group;
  const members = Object.entries(roles).map(([number, role]) => ({ phone: number, role }));
  return { ...rest, size: memberCount(group), members, crowd: crowd.length };
}
