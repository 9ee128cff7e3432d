import { expect, test } from '@jest/globals';
import { wrapModules } from '../script/bundle-modules.ts';

test('every module is put into parentheses, and nothing else is changed', () => {
  const bundle =
    '#!/usr/bin/env node\nimport{createRequire as n}from"module";var r={12:(n,r)=>{n.a=()=>1},7:function(n){return{1:()=>2}},"x":0};';
  expect(() => wrapModules(bundle)).toThrow('no table of modules');
  const table = bundle.replace(',"x":0', ',9:async(n)=>{await n}');
  expect(wrapModules(table)).toBe(
    '#!/usr/bin/env node\nimport{createRequire as n}from"module";var r={12:((n,r)=>{n.a=()=>1}),7:(function(n){return{1:()=>2}}),9:(async(n)=>{await n})};',
  );
});

test('what stands in parentheses already stays as it is', () => {
  const bundle = 'var r={1:((n)=>{n()})};';
  expect(() => wrapModules(bundle)).toThrow('no table of modules');
});

test.each(['', 'var r={};', 'var r=1;', 'function f(){return{1:()=>2}}'])(
  'a text without modules is refused: %s',
  (text) => {
    expect(() => wrapModules(text)).toThrow('no table of modules');
  },
);
